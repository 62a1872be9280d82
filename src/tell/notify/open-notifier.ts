import type { NotifierSettings } from '../../config/notifier-settings.ts';
import { notifiers } from './index.ts';
import type { Notifier, NotifierWorld, SettingsOf } from './notifier.ts';

/** Makes the notifier that the settings describe. It opens nothing before it sends. */
export function openNotifier(settings: NotifierSettings, world: NotifierWorld): Notifier {
  return open(settings.kind, settings, world);
}

function open<Kind extends NotifierSettings['kind']>(
  kind: Kind,
  settings: SettingsOf<Kind>,
  world: NotifierWorld,
): Notifier {
  return notifiers[kind](settings, world);
}
