import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PrivateWorld, until } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
  world.seeAllServers();
});
afterEach(() => world.close());

/** Other tests run servers of the same user at the same time: none of their names is like this one. */
const name = `other-servers-${process.pid}`;
const entry = `sessions:\n  ${name}: { agent: claude, status: running }\n`;

test('a server below another TMUX_TMPDIR than ours is asked for a session that was never seen', async () => {
  await world.openSession(name);
  world.writeRegistry(entry, 60);
  const env = { TMUX_TMPDIR: world.folder('elsewhere') };
  // A server that another test stops for a moment might have it too, so it is unknown meanwhile.
  await until('the session', async () => {
    const { document } = await world.reconcile([], env);
    expect(document.drifts).toEqual([]);
    return document.counts.alive === 1;
  });
});

test('of a server that such a look finds no session is registered', async () => {
  await world.openSession(`${name}-creator-claude`);
  world.writeRegistry(entry, 60);
  const { document } = await world.reconcile([], { TMUX_TMPDIR: world.folder('elsewhere') });
  expect(JSON.stringify(document)).not.toContain(`${name}-creator-claude`);
});

test('a server whose socket is gone makes absence unknown, and its cure names it; `doctor` too', async () => {
  await world.openSession(name);
  const server = Number(world.tmux(['display-message', '-p', '#{pid}']));
  rmSync(world.socketPath());
  world.writeRegistry(entry, 60);
  const env = { TMUX_TMPDIR: world.folder('elsewhere') };
  const { code, document } = await world.reconcile([], env);
  const cure = `kill -USR1 ${server} (the server makes its socket again)`;
  expect(code).toBe(4);
  expect(document.drifts).toEqual([]);
  expect(document.blind).toContainEqual(expect.objectContaining({ source: `tmux server ${server}`, cure }));
  expect(document.unknown).toMatchObject([{ session: name, place: null }]);
  expect((await world.run(['doctor'], { env })).stdout).toContain(cure);
});

test('a session that was seen is hidden by no such server', async () => {
  await world.openSession(name);
  await world.openSession('stays');
  await world.openSession('unrelated', { socket: 'gone' });
  world.writeRegistry(entry, 60);
  await world.reconcile();
  rmSync(world.socketPath('gone'));
  world.tmux(['kill-session', '-t', `=${name}:`]);
  const { code, document } = await world.reconcile();
  expect(code).toBe(0);
  expect(document.drifts).toMatchObject([{ kind: 'session-gone', session: name }]);
});
