import type { Output } from '../operations/context.ts';

export interface TerminalOutput extends Output {
  /** Whoever read stdout has gone (EPIPE): nothing more is to be said. */
  readonly readerIsGone: () => boolean;
  /** Shows that something takes longer, at a terminal only; the first output takes it away. */
  readonly startProgress: () => void;
  readonly stopProgress: () => void;
}

const progressAfterMs = 1_000;

export function terminalOutput(
  streams: { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream },
  wantsColor: boolean,
): TerminalOutput {
  const { stdout, stderr } = streams;
  let gone = false;
  let timer: NodeJS.Timeout | null = null;
  let shown = false;
  // A reader such as `head` that ends early is no failure.
  stdout.on('error', () => (gone = true));
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
      return new Promise((resolve) => stdout.write(text, () => resolve()));
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
