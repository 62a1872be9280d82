import { expect, test } from 'vitest';
import { deadPids, defaultSocket, hung } from '../../core/world.ts';
import { served } from '../fake-server.ts';

const registry = `sessions:
  shop: { agent: claude, status: running, pane: { pid: 9001, cmd: claude } }
  blog: { agent: claude, status: running, pane: { pid: 9002, cmd: claude } }
  far: { agent: claude, status: running, host: lab2 }
`;
const sees = { panes: deadPids(9001, 9002) };

test('repairs the registry and says what is new once, with the counts', async () => {
  const { call, read } = served({ registry, sees });
  expect(await call('reconcile')).toMatchInlineSnapshot(`
    "shop: tmux gone (was pane 9001, cmd claude). Marked terminated.
    blog: tmux gone (was pane 9002, cmd claude). Marked terminated.
    0 alive, 2 gone, 0 unknown, 1 elsewhere"
  `);
  expect(read().match(/status: terminated/g)).toHaveLength(2);
  expect(await call('reconcile')).toBe('no drift');
});

test('a dry run says what would be written, as often as it is asked, and writes nothing', async () => {
  const { call, read, logged } = served({ registry, sees });
  const would = await call('reconcile', { dry_run: 'yes' });
  expect(would).toMatchInlineSnapshot(`
    "shop: tmux gone (was pane 9001, cmd claude). Would be marked terminated.
    blog: tmux gone (was pane 9002, cmd claude). Would be marked terminated.
    0 alive, 2 gone, 0 unknown, 1 elsewhere"
  `);
  expect(await call('reconcile', { dry_run: 1 })).toBe(would);
  expect(read()).toBe(registry);
  expect(await logged()).toEqual([]);
});

test('of one session; what is new of the others is told later', async () => {
  const { call } = served({ registry, sees });
  expect(await call('reconcile', { session: 'blog' })).toMatchInlineSnapshot(`
    "blog: tmux gone (was pane 9002, cmd claude). Marked terminated.
    0 alive, 2 gone, 0 unknown, 1 elsewhere"
  `);
  expect(await call('reconcile')).toMatchInlineSnapshot(`
    "shop: tmux gone (was pane 9001, cmd claude). Marked terminated.
    0 alive, 2 gone, 0 unknown, 1 elsewhere"
  `);
});

test('a session that there is not is an error, before anything is written', async () => {
  const { call, read } = served({ registry, sees });
  expect(await call('reconcile', { session: 'blgo' })).toMatchInlineSnapshot(`
    "error: there is no session blgo
    did you mean blog? \`asm status\` shows the sessions there are"
  `);
  expect(read()).toBe(registry);
});

test('blindness is never hidden behind "no drift"', async () => {
  const { call } = served({ registry, sees: { sockets: new Map([[defaultSocket, hung]]) } });
  expect(await call('reconcile')).toMatchInlineSnapshot(
    `"blind: tmux:/tmp/tmux-1000/default: no answer in 2000 ms. see whether the server is stopped"`,
  );
});

test('a registry that cannot be read is a normal answer', async () => {
  const { call } = served({ registry: 'sessions: [\n' });
  expect((await call('reconcile')).split('\n')).toEqual([
    expect.not.stringMatching(/^error/),
    expect.stringMatching(/registry\.yaml:\d+:\d+$/),
    expect.any(String),
  ]);
});
