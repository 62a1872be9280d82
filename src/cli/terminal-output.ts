import { logLevels } from '../config/defaults.ts';
import type { LogLevel, Settings } from '../config/settings.ts';
import { clean } from '../core/words/text.ts';
import { AudienceError, exitCode } from '../errors.ts';
import type { Output } from '../operations/context.ts';

export interface TerminalOutput extends Output {
  /** Writes what is told at every log level: the failure that ends a command. */
  readonly stderr: (text: string) => void;
  /** Says whether the reader of stdout has gone (EPIPE): nothing more is written then. */
  readonly readerIsGone: () => boolean;
  /** Shows at a terminal that the command takes longer. The first output removes the sign. */
  readonly startProgress: () => void;
  readonly stopProgress: () => void;
  /** Keeps back what a terminal would show of stderr in the midst of a screen, until `release`. */
  readonly hold: () => void;
  readonly release: () => void;
}

export type TerminalStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

const progressAfterMs = 1_000;

export function terminalOutput(
  streams: { stdout: TerminalStream; stderr: TerminalStream },
  settings: Pick<Settings, 'color' | 'logLevel'>,
): TerminalOutput {
  const { stdout, stderr } = streams;
  const said = holdable(stderr);
  let gone = false;
  let timer: NodeJS.Timeout | null = null;
  let shown = false;
  // The callback of each write handles its error; without a listener an error would end the process.
  stdout.on('error', () => undefined);
  stderr.on('error', () => undefined);
  const stopProgress = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (shown) stderr.write('\r\u001b[K');
    shown = false;
  };
  const stderrText = (text: string): void => {
    stopProgress();
    said.write(text);
  };
  const isLogged = (level: LogLevel): boolean => logLevels.indexOf(level) <= logLevels.indexOf(settings.logLevel);
  return {
    stdout: (text) => {
      stopProgress();
      if (gone) return Promise.resolve();
      return new Promise((resolve, reject) => {
        stdout.write(text, (error) => {
          gone ||= isEndOfReader(error, stdout.isTTY === true);
          if (gone || !error) resolve();
          else reject(unwritten(error));
        });
      });
    },
    stderr: stderrText,
    log: (level, line) => {
      if (isLogged(level)) stderrText(`${clean(line)}\n`);
    },
    stdoutIsTerminal: stdout.isTTY === true,
    color: settings.color && stdout.isTTY === true && process.env['TERM'] !== 'dumb',
    columns: stdout.columns ?? 80,
    readerIsGone: () => gone,
    startProgress: () => {
      if (stderr.isTTY !== true || !isLogged('info')) return;
      timer = setTimeout(() => {
        shown = true;
        stderr.write('looking …');
      }, progressAfterMs);
      timer.unref();
    },
    stopProgress,
    hold: () => {
      stopProgress();
      said.hold();
    },
    release: said.release,
  };
}

/** Makes the way to a stream that can keep back what a terminal would show. */
function holdable(stream: TerminalStream): Pick<TerminalOutput, 'hold' | 'release'> & { write(text: string): void } {
  let held: string[] | null = null;
  return {
    write: (text) => {
      if (held === null) stream.write(text);
      else held.push(text);
    },
    hold: () => {
      if (stream.isTTY === true) held ??= [];
    },
    release: () => {
      const texts = held ?? [];
      held = null;
      for (const text of texts) stream.write(text);
    },
  };
}

/**
 * Decides whether a write failed only because its reader ended, as `head` does, or because the terminal was closed.
 */
function isEndOfReader(error: NodeJS.ErrnoException | null | undefined, isTerminal: boolean): boolean {
  return error?.code === 'EPIPE' || (isTerminal && error?.code === 'EIO');
}

function unwritten(cause: Error): AudienceError {
  const cure = 'make room on its disk, or send it elsewhere';
  return new AudienceError(exitCode.registry, `the output could not be written: ${cause.message}`, {
    where: 'stdout',
    cure,
    cause,
  });
}
