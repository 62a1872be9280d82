import type { NotifierSettings } from '../../config/notifier-settings.ts';
import { command } from './command.ts';
import { desktop } from './desktop.ts';
import { hermes } from './hermes.ts';
import type { Notifier, NotifierWorld, SettingsOf } from './notifier.ts';
import { ntfy } from './ntfy.ts';
import { webhook } from './webhook.ts';

/** Makes a notifier of each kind. A new kind needs a file, a line here, and its keys in `src/config/notify-schema.ts`. */
export const notifiers: {
  readonly [Kind in NotifierSettings['kind']]: (settings: SettingsOf<Kind>, world: NotifierWorld) => Notifier;
} = { desktop, ntfy, webhook, hermes, command };
