import { AudienceError, exitCode } from '../errors.ts';
import { runTmux } from './run-tmux.ts';

/** The last lines of a pane's screen, as they are: escape them before printing. Stored nowhere. */
export async function capturePane(socket: string, paneId: string, lines: number, signal: AbortSignal): Promise<string> {
  const args = ['-N', '-u', '-S', socket, 'capture-pane', '-p', '-t', paneId, '-S', String(-lines)];
  const answer = await runTmux('tmux', args, 2_000, signal);
  if (answer.kind === 'ended' && answer.code === 0) return answer.stdout;
  const words = answer.kind === 'ended' ? answer.stderr.trim() : answer.kind;
  throw new AudienceError(exitCode.blind, `the pane's screen cannot be read: ${words}`, {
    where: socket,
    cure: 'the pane may be gone: look again without --screen',
  });
}
