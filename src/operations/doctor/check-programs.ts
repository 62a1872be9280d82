import { isAtLeast, oldestTmux } from '../../core/place/tmux-versions.ts';
import { askProgram } from '../../system/ask-program.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { shortageOf } from '../../system/shortage.ts';
import type { Context } from '../context.ts';

/** Decides whether this Node is new enough. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return good('node', `node ${version}`);
  return bad('node', `node ${version} is too old`, 'install node 20.19 or newer');
}

/** `tmux -V` answers at once, and takes many times as long on a busy machine; ms. */
const deadlineMs = 10_000;

/** Decides whether tmux starts, and is new enough. */
export async function checkTmux({ signal }: Pick<Context, 'signal'>): Promise<Finding> {
  const { code, failure, stdout } = await askProgram('tmux', ['-V'], signal, { deadlineMs });
  if (code === 0) {
    const version = stdout.trim();
    if (isAtLeast(version, oldestTmux)) return good('tmux', version);
    return bad('tmux', `${version} is too old`, `install tmux ${oldestTmux} or newer`);
  }
  const shortage = shortageOf(failure ?? '');
  if (shortage !== null) return bad('tmux', `tmux does not start: ${shortage.reason}`, shortage.cure);
  const reason = failure === 'ENOENT' ? 'tmux is not installed' : `tmux does not start (${failure ?? `exit ${code}`})`;
  const install = 'install it: apt-get install tmux, or brew install tmux';
  return bad('tmux', reason, `${install}; if it is there: put the folder of \`command -v tmux\` into PATH`);
}
