import { shellQuote } from '../../core/words/text.ts';
import { BlindError } from '../../errors.ts';
import { runProgram, type ProgramAnswer } from '../../system/run-program.ts';

const deadlineMs = 2_000;

/** Returns the last lines of a pane's screen, as they are: escape them before printing. They are stored nowhere. */
export async function capturePane(socket: string, paneId: string, lines: number, signal: AbortSignal): Promise<string> {
  const args = ['-N', '-u', '-S', socket, 'capture-pane', '-p', '-t', paneId, '-S', String(-lines)];
  const answer = await runProgram('tmux', args, deadlineMs, signal);
  if (answer.kind === 'ended' && answer.code === 0) return answer.stdout.trimEnd().split('\n').slice(-lines).join('\n');
  throw new BlindError(`the pane's screen cannot be read: ${wordsOf(answer)}`, {
    where: socket,
    cure: `the pane may be gone: tmux -S ${shellQuote(socket)} list-panes -a`,
  });
}

function wordsOf(answer: ProgramAnswer): string {
  switch (answer.kind) {
    case 'ended':
      return answer.stderr.trim() || `tmux ended with ${answer.code ?? answer.signal}`;
    case 'too late':
      return `no answer in ${deadlineMs} ms`;
    case 'aborted':
      return 'broken off';
    case 'not started':
      return answer.reason === 'ENOENT' ? 'tmux is not installed' : answer.reason;
  }
}
