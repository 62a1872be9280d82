import { AudienceError, exitCode } from '../errors.ts';
import type { Output } from '../operations/context.ts';

export interface TerminalOutput extends Output {
  /** Whoever read stdout has gone (EPIPE): nothing more is to be said. */
  readonly readerIsGone: () => boolean;
  /** Shows that something takes longer, at a terminal only; the first output takes it away. */
  readonly startProgress: () => void;
  readonly stopProgress: () => void;
}

export type TerminalStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

const progressAfterMs = 1_000;

export function terminalOutput(
  streams: { stdout: TerminalStream; stderr: TerminalStream },
  wantsColor: boolean,
): TerminalOutput {
  const { stdout, stderr } = streams;
  let gone = false;
  let timer: NodeJS.Timeout | null = null;
  let shown = false;
  // Each write is answered by its own callback; an error without a listener would end us.
  stdout.on('error', () => undefined);
  stderr.on('error', () => undefined);
  const stopProgress = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (shown) stderr.write('\r\u001b[K');
    shown = false;
  };
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
    stderr: (text) => {
      stopProgress();
      stderr.write(text);
    },
    stdoutIsTerminal: stdout.isTTY === true,
    color: wantsColor && stdout.isTTY === true && process.env['TERM'] !== 'dumb',
    columns: stdout.columns ?? 80,
    readerIsGone: () => gone,
    startProgress: () => {
      if (stderr.isTTY !== true) return;
      timer = setTimeout(() => {
        shown = true;
        stderr.write('looking …');
      }, progressAfterMs);
      timer.unref();
    },
    stopProgress,
  };
}

/** A reader such as `head` that ends early, or a terminal that was closed, is no failure. */
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
