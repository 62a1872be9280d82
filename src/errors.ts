/** The exit codes of all commands. Of several that apply the first of 70, 2, 3, 6, 5, 4, 1, 0 wins. */
export const exitCode = {
  done: 0,
  drift: 1,
  usage: 2,
  registry: 3,
  blind: 4,
  board: 5,
  watched: 6,
  defect: 70,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** What each exit code means; shown in the docs. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  [exitCode.done]: 'done, drift or not',
  [exitCode.drift]:
    '`reconcile --exit-code`: there is drift; `status`: a session that should run does not; `doctor`: a finding is bad',
  [exitCode.usage]: 'the command line or the config file is wrong',
  [exitCode.registry]: 'the registry cannot be read or written, or was refused; nothing was written',
  [exitCode.blind]: 'nothing could be said of at least one session: tmux or another source could not be asked',
  [exitCode.board]:
    'the board, the broker, a notifier that is tested or the host of `setup` refused or could not be reached, or what `setup` is to change is there and not of its own; of a `monitor` that watches, its heartbeat says so',
  [exitCode.watched]: 'another monitor already watches this registry on this host',
  [exitCode.defect]: 'a defect of this program; its stack is in `defects.log` in the state folder',
};

interface ErrorDetails {
  /** `path:line:column` for a registry, a flag, a URL. */
  readonly where?: string | null;
  /** What to do now. */
  readonly cure: string;
  readonly cause?: unknown;
}

/** An error for a person: what happened, where, and what to do now. */
export class AudienceError extends Error {
  override readonly name: string = 'AudienceError';
  readonly code: ExitCode;
  readonly where: string | null;
  readonly cure: string;

  constructor(code: ExitCode, message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.where = details.where ?? null;
    this.cure = details.cure;
  }
}

/** Returns the lines of an error: what, where, what to do now. */
export function errorLines({ message, where, cure }: AudienceError): readonly string[] {
  return [message, ...(where === null ? [] : [where]), cure];
}

/** The command line or the config file is wrong. */
export class UsageError extends AudienceError {
  override readonly name = 'UsageError';
  constructor(message: string, details: ErrorDetails) {
    super(exitCode.usage, message, details);
  }
}

/** The registry cannot be read, was refused, or cannot be written. */
export class RegistryError extends AudienceError {
  override readonly name = 'RegistryError';
  constructor(message: string, details: ErrorDetails) {
    super(exitCode.registry, message, details);
  }
}

/** A source other than the registry cannot be read, so the question cannot be answered. */
export class BlindError extends AudienceError {
  override readonly name = 'BlindError';
  constructor(message: string, details: ErrorDetails) {
    super(exitCode.blind, message, details);
  }
}

/** The board refused or could not be reached. */
export class BoardError extends AudienceError {
  override readonly name: string = 'BoardError';
  constructor(message: string, details: ErrorDetails) {
    super(exitCode.board, message, details);
  }
}

/** The MQTT broker refused or could not be reached. */
export class BrokerError extends AudienceError {
  override readonly name = 'BrokerError';
  constructor(message: string, details: ErrorDetails) {
    super(exitCode.board, message, details);
  }
}

/** A notifier could not send its notice. */
export class NotifyError extends AudienceError {
  override readonly name = 'NotifyError';
  constructor(message: string, details: ErrorDetails) {
    super(exitCode.board, message, details);
  }
}

/** A host of MCP servers refused, could not be started, or has an entry that set-up must leave alone. */
export class HostError extends AudienceError {
  override readonly name = 'HostError';
  constructor(message: string, details: ErrorDetails) {
    super(exitCode.board, message, details);
  }
}

/** The board has no such card: it was deleted, or is on another board. */
export class NoSuchCardError extends BoardError {
  override readonly name = 'NoSuchCardError';
}

/** Another monitor already watches this registry on this host. */
export class WatchedError extends AudienceError {
  override readonly name = 'WatchedError';
  constructor(message: string, details: ErrorDetails) {
    super(exitCode.watched, message, details);
  }
}
