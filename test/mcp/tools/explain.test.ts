import { expect, test } from 'vitest';
import { deadPids } from '../../core/world.ts';
import { served } from '../fake-server.ts';

const registry = 'sessions:\n  shop: { agent: claude, status: running, pane: { pid: 9001, cmd: claude } }\n';

test('shows the evidence of a session as the command does, and writes nothing', async () => {
  const { call, read, logged } = served({ registry, sees: { panes: deadPids(9001) } });
  expect(await call('explain', { session: 'shop' })).toMatchInlineSnapshot(`
    "shop  gone
    registry  running, line 2
    socket    /tmp/tmux-1000/default
    id        none recorded
              none proven: its session is gone
    evidence  2026-07-01T09:00:30.000Z  tmux:/tmp/tmux-1000/default: complete list of 0 sessions, not among them
    evidence  2026-07-01T09:00:30.000Z  proc: pid 9001 is not there any more
    drift     A  shop: tmux gone (was pane 9001, cmd claude). Would be marked terminated."
  `);
  expect(read()).toBe(registry);
  expect(await logged()).toEqual([]);
});

test('without a session it lists those to choose from', async () => {
  expect(await served({ registry }).call('explain')).toBe('choose a session:\nshop');
  expect(await served().call('explain')).toBe('no sessions');
});

test('names the session that was meant', async () => {
  expect(await served({ registry }).call('explain', { session: 'shp' })).toMatchInlineSnapshot(`
    "error: there is no session shp
    did you mean shop? \`asm status\` shows the sessions there are"
  `);
});
