import type { Context } from '../context.ts';
import { askProgram } from '../../system/ask-program.ts';
import { bad, good, type Finding } from '../../system/finding.ts';

export async function checkTmux({ signal }: Context): Promise<Finding> {
  const { code, failure, stdout } = await askProgram('tmux', ['-V'], signal);
  if (code === 0) return good('tmux', stdout.trim());
  const reason = failure === 'ENOENT' ? 'tmux is not installed' : `tmux does not start (${failure ?? `exit ${code}`})`;
  return bad('tmux', reason, 'install it: apt-get install tmux, or brew install tmux');
}
