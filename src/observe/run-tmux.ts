import { spawn } from 'node:child_process';

export type TmuxAnswer =
  | { readonly kind: 'ended'; readonly code: number | null; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'too late' }
  | { readonly kind: 'not started'; readonly code: string };

/**
 * Runs one tmux client. It waits for `exit`, never for the pipes: the client hands its stdout to the server, and a
 * hung server keeps it open for minutes. For the same reason a client that is too late is killed, not asked: at SIGTERM
 * it would end with 0 and an empty answer.
 */
export function runTmux(
  program: string,
  args: readonly string[],
  deadlineMs: number,
  signal: AbortSignal,
): Promise<TmuxAnswer> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    let late = false;
    const kill = (): void => {
      late = true;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(kill, deadlineMs);
    signal.addEventListener('abort', kill, { once: true });
    const settle = (answer: TmuxAnswer): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(answer);
    };
    child.on('error', (error) => settle({ kind: 'not started', code: 'code' in error ? String(error.code) : '' }));
    child.on('exit', (code) => {
      if (late) return settle({ kind: 'too late' });
      // The last bytes may still be in the pipe; its end comes at once unless a hung server holds it.
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8');
      const ended = () => settle({ kind: 'ended', code, stdout: text(stdout), stderr: text(stderr) });
      child.once('close', ended);
      setTimeout(ended, 250).unref();
    });
  });
}
