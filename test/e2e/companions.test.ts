import { renameSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive, PrivateWorld, until } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

const entry = (name: string, more = ''): string =>
  `  ${name}: # by hand\n    agent: claude\n    cwd: ${world.work}\n    status: running\n${more}`;

/** Polls for so long, and fails as soon as the answer is another one. */
async function stays(ms: number, ask: () => unknown, answer: unknown): Promise<void> {
  const end = Date.now() + ms;
  let last = await ask();
  await until('the time to pass', async () => {
    last = await ask();
    return Date.now() >= end || JSON.stringify(last) !== JSON.stringify(answer);
  });
  expect(last).toEqual(answer);
}

/** Saves as editors do: another file takes the old one's place. */
function save(text: string): void {
  writeFileSync(`${world.registry}.new`, text);
  renameSync(`${world.registry}.new`, world.registry);
}

/** Takes the registry's lock. @returns a function that gives it back */
async function lock(): Promise<() => Promise<unknown>> {
  const script = 'exec 9>>"$0" && flock 9 && echo locked && exec sleep 3600';
  const holder = world.startOther('sh', ['-c', script, `${world.registry}.lock`]);
  await until('the lock', () => holder.stdout().includes('locked'));
  return () => holder.end('SIGKILL');
}

async function after(ms: number): Promise<void> {
  await stays(ms, () => null, null);
}

test('tmux started 2 s before its entry is written: the entry stays as it was written, and nothing is said', async () => {
  save('sessions: {}\n');
  const monitor = await world.monitor();
  // The monitor registers it after 5 s: with the lock this is in time on every machine.
  const giveBack = await lock();
  await world.openSession('shop-creator-claude');
  await after(2_000);
  const text = `sessions:\n${entry('shop-creator-claude')}`;
  save(text);
  await giveBack();
  await stays(7_000, () => world.comments(monitor.card), []);
  // The missing pane is filled in silently; the person's lines stay.
  expect(world.readRegistry().startsWith(text)).toBe(true);
  expect(world.readRegistry()).not.toContain('auto-registered');
});

test('tmux killed 2 s before the entry is ended by hand: nothing on the card, and the words stay the person’s', async () => {
  await world.openSession('news-creator-claude');
  await world.openSession('shop-creator-claude');
  await world.openSession('blog-creator-claude');
  const names = ['news-creator-claude', 'shop-creator-claude', 'blog-creator-claude'];
  save(`sessions:\n${names.map((name) => entry(name)).join('')}`);
  const monitor = await world.monitor();
  await stays(6_000, () => world.comments(monitor.card), []);
  const killedAt = Date.now();
  world.tmux(['kill-session', '-t', '=shop-creator-claude']);
  world.tmux(['kill-session', '-t', '=blog-creator-claude']);
  await after(2_000);
  // The person writes an end of his own, whether the monitor's is in the file already or not.
  const ended = entry('shop-creator-claude', '    termination_mode: finished\n').replace('running', 'terminated');
  const mine = `sessions:\n${entry('news-creator-claude')}${ended}`;
  save(mine);
  // After 5 s the card is told: a machine that was slower than the person has told it by right.
  if (Date.now() - killedAt < 4_000) await stays(7_000, () => world.comments(monitor.card), []);
  else await after(7_000);
  expect(world.readRegistry()).toBe(mine);
  const before = (await world.comments(monitor.card)).length;
  world.tmux(['kill-session', '-t', '=news-creator-claude']);
  await until('a real death to be told', async () => (await world.comments(monitor.card)).length === before + 1);
});

test('an entry that was taken out while its session lives is not registered again, also after a restart', async () => {
  await world.openSession('shop-creator-claude');
  await world.reconcile();
  expect(world.readRegistry()).toContain('shop-creator-claude');
  save('version: 1\nsessions: {}\n');
  expect((await world.reconcile()).document.drifts).toEqual([]);
  const monitor = await world.monitor();
  await stays(6_000, () => world.readRegistry(), 'version: 1\nsessions: {}\n');
  await monitor.end('SIGTERM');
  const server = Number(world.tmux(['display-message', '-p', '#{pid}']));
  world.tmux(['kill-session', '-t', '=shop-creator-claude']);
  await until('the server to end with its last session', () => !isAlive(server));
  await world.openSession('shop-creator-claude');
  expect((await world.reconcile()).document.drifts).toMatchObject([{ kind: 'session-unregistered' }]);
});

test('ignore and pin are the person’s say', async () => {
  const ignored = entry('ignored-creator-claude', '    monitor: { ignore: true }\n');
  const pinned = entry('pinned-creator-claude', '    monitor: { pin: [status] }\n    pane: { pid: 4194301 }\n');
  const text = `sessions:\n${ignored}${pinned}`;
  world.writeRegistry(text, 30);
  const { document } = await world.reconcile();
  expect(document.drifts).toMatchObject([{ kind: 'session-gone', session: 'pinned-creator-claude', edits: [] }]);
  expect(world.readRegistry()).toBe(text);
  expect((await world.reconcile()).document.drifts).toEqual([]);
});

test('undo takes a repair back, and it is not made again until the entry is changed', async () => {
  const text = `sessions:\n${entry('dead-creator-claude', '    pane: { pid: 4194301, cmd: claude }\n')}`;
  world.writeRegistry(text, 30);
  await world.reconcile();
  expect(world.readRegistry()).toContain('status: terminated');
  const undone = await world.run(['undo']);
  expect(undone).toMatchObject({ code: 0, stderr: '' });
  expect(world.readRegistry()).toBe(text);
  await world.reconcile();
  expect(world.readRegistry()).toBe(text);
  world.writeRegistry(text.replace('# by hand', '# again'), 30);
  await until('it to be repaired anew', async () => {
    await world.reconcile();
    return world.readRegistry().includes('status: terminated');
  });
});

test('of an event that was undone, the one entry that is changed is repaired and told, and the event is not told again', async () => {
  const names = ['one-creator-claude', 'three-creator-claude', 'two-creator-claude'];
  for (const name of names) await world.openSession(name);
  const text = `sessions:\n${names.map((name) => entry(name)).join('')}`;
  world.writeRegistry(text, 30);
  await world.reconcile();
  world.tmux(['kill-server']);
  await until('the event', async () => (await world.reconcile()).document.drifts[0]);
  expect(await world.run(['undo'])).toMatchObject({ code: 0, stderr: '' });
  const changed = text.replace(/# by hand(?=[^#]*$)/, '# again');
  world.writeRegistry(changed, 30);
  const drifts = await until('the news', async () => {
    const { document } = await world.reconcile();
    return document.drifts.length > 0 ? document.drifts : null;
  });
  expect(drifts).toMatchObject([{ kind: 'session-gone', session: 'two-creator-claude' }]);
  expect(world.readRegistry().match(/status: .*/g)).toEqual([
    'status: running',
    'status: running',
    'status: terminated',
  ]);
  expect((await world.reconcile()).document.drifts).toEqual([]);
});

test('undo of one event for several holds the death of each, also when one of them runs again', async () => {
  const names = ['one-creator-claude', 'two-creator-claude'];
  for (const name of names) await world.openSession(name);
  const text = `sessions:\n${names.map((name) => entry(name)).join('')}`;
  world.writeRegistry(text, 30);
  await world.reconcile();
  world.tmux(['kill-server']);
  const event = await until('the event', async () => (await world.reconcile()).document.drifts[0]);
  expect(event).toMatchObject({ kind: 'tmux-server-died', sessions: names });
  expect(await world.run(['undo'])).toMatchObject({ code: 0, stderr: '' });
  expect(world.readRegistry()).toBe(text);
  await world.openSession('one-creator-claude');
  const { document } = await world.reconcile();
  expect(document.standing).toMatchObject([
    {
      kind: 'tmux-server-died',
      message: 'The tmux server died: 1 session is gone (two-creator-claude). Left as it is: its repair was undone.',
      edits: [],
    },
  ]);
  expect(world.readRegistry()).toBe(text);
});
