import type { NotifierSettings } from '../../config/notifier-settings.ts';
import type { Finding } from '../../system/finding.ts';
import type { Notice } from './notice-schema.ts';

/** One way to tell the user: an adapter is one file beside this one. */
export interface Notifier {
  /**
   * Sends a notice, within its own deadline.
   * @returns what came back, for people, without a secret
   * @throws SendError
   */
  send(notice: Notice, signal: AbortSignal): Promise<string>;
  /** Returns what a run depends on, for `doctor`. It sends nothing, and no address that may be a secret is among it. */
  examine(): readonly Finding[];
}

/** What notifiers need of the world around them. */
export interface NotifierWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Hermes' command. */
  readonly hermes: string;
  /** ms since 1970. */
  readonly now: () => number;
}

/** The settings of one kind of notifier. */
export type SettingsOf<Kind extends NotifierSettings['kind']> = Extract<NotifierSettings, { kind: Kind }>;

/** Says why a notice was not sent. Its message is shown to people: it holds no address, no token and no answer's text. */
export class SendError extends Error {
  override readonly name = 'SendError';
  /** How long the receiver asks to wait; ms. `null`: it does not say. */
  readonly waitMs: number | null;

  constructor(reason: string, waitMs: number | null = null) {
    super(reason);
    this.waitMs = waitMs;
  }
}
