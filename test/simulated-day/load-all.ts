import { LocalBoard } from '../../src/board/local-board.ts';
import { deadPids } from '../core/world.ts';
import { passWorld } from '../pass/pass-world.ts';
// Loaded by an undo and by the first notifier, and not by a pass.
import '../../src/registry/take-back.ts';
import '../../src/watch/notify-followers.ts';

const text = `sessions:
  a:
    agent: claude
    status: running
    pane: { pid: 9001, cmd: claude }
`;

/**
 * Loads what is loaded on demand: that takes real time, which the simulated clock would not wait for. Passes over a
 * small world need all of it: a death is written, a text that does not parse is refused, a mended one is read anew.
 */
export async function loadAll(): Promise<void> {
  const { ports, kept, write, pass, read, dir } = passWorld(text);
  kept.observation = { panes: deadPids(9001) };
  await pass();
  const written = read();
  write(`${written}  half: [typed\n`);
  await pass().catch(() => undefined);
  write(`${written}  # mended\n  b:\n    agent: claude\n    status: running\n`);
  await pass();
  await ports.log.withCursor('loaded', (cursor) => Promise.resolve(cursor));
  const board = new LocalBoard({ dir: `${dir}/board`, now: ports.now, author: 'nobody' });
  await board.claim('card', { pid: 1, host: 'lab1' });
}
