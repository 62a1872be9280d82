import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PrivateWorld, registeredIn, until } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

const iso = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;

test('the main job: news once each, a death after its grace, ask back, stop', async () => {
  await world.openSession('shop-creator-claude');
  await world.openSession('blog-creator-agy', { agent: 'agy' });
  const monitor = await world.monitor();
  const { card } = monitor;
  expect(card).toMatch(/^local-[0-9a-f]{8}$/);
  const registration = await until('both to be registered', async () => {
    const bodies = await world.comments(card);
    return registeredIn(bodies).length === 2 ? bodies : null;
  });
  expect(registeredIn(registration)).toEqual(['blog-creator-agy', 'shop-creator-claude']);
  const news = async () => (await world.comments(card)).slice(registration.length);

  const killedAt = Date.now();
  world.tmux(['kill-session', '-t', '=shop-creator-claude']);
  await until('the registry to say so', () => /status: terminated/.test(world.readRegistry()));
  await until('the card to say so', async () => (await news()).length === 1);
  expect(Date.now() - killedAt, 'a death is held back: its killer may still write it down').toBeGreaterThan(4_900);
  expect((await news())[0]).toMatch(/^shop-creator-claude: tmux gone \(was pane \d+, cmd \w+\)\. Marked terminated\.$/);

  expect((await world.run(['comment', 'please stop the build'])).code).toBe(0);
  await until('the monitor to ask back', async () => (await news()).length === 3);
  expect((await news())[2]).toBe('Still watching. To end it, comment `stop monitoring`.');

  expect((await world.run(['comment', 'thanks,', 'stop', 'monitoring'])).code).toBe(0);
  expect(await monitor.exited).toBe(0);
  const shown = await world.card(card);
  expect(shown.task).toEqual({
    id: card,
    title: 'monitor my sessions',
    status: 'blocked',
    block_reason: expect.stringMatching(new RegExp(`^stop-requested by user at ${iso}$`)),
    run: null,
  });
  expect((await news()).slice(3)).toEqual([
    'thanks, stop monitoring',
    'found in this run: 3 drifts (2 session-unregistered, 1 session-gone).',
  ]);
  expect(monitor.stdout()).toMatch(
    new RegExp(
      `^stop-requested by user at ${iso}: found in this run: 3 drifts \\(2 session-unregistered, 1 session-gone\\)\\.\n$`,
    ),
  );
  expect(monitor.stderr().trim().split('\n')).toEqual([
    `watching 2 sessions on card ${card}`,
    `started a registry at ${world.registry}`,
  ]);
});

test('a second monitor of the same registry is refused; it names who watches', async () => {
  const { pid, card } = await world.monitor();
  const second = await world.run(['monitor']);
  expect(second.code).toBe(6);
  expect(second.stdout).toBe('');
  expect(second.stderr).toMatch(
    new RegExp(`^pid ${pid} already watches this registry since ${iso}, on card ${card}\n`),
  );
  const json = await world.run(['monitor', '--json']);
  expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 6 } });

  world.writeRegistry('sessions: [\n');
  const unreadable = await world.run(['monitor']);
  expect(unreadable, 'a registry that cannot be read is said before that').toMatchObject({ code: 3, stdout: '' });
  expect(unreadable.stderr).toContain(`${world.registry}:`);
});

test('a state folder that is removed under a monitor lets no second one start', async () => {
  await world.openSession('shop-creator-claude');
  const first = await world.monitor();
  await until('the registration', () => world.logged('applied') === 1);
  // At once, while the monitor writes there.
  renameSync(world.state, join(world.root, 'removed'));
  await until('the lease', () =>
    readdirSync(world.root, { recursive: true, encoding: 'utf8' }).some((path) =>
      /^state.*lease-\w+\.json$/.test(path),
    ),
  );
  expect(await world.run(['monitor'])).toMatchObject({ code: 6, stdout: '' });
  expect(first.child.exitCode).toBe(null);
});

test('a signal pauses the run: said once on the card, and the next start goes on with it', async () => {
  const first = await world.monitor();
  const runOf = async () => (await world.card(first.card)).task.run;
  const { started_at: startedAt } = await runOf();
  expect(await first.end('SIGTERM')).toBe(0);
  expect(first.stdout()).toBe('paused: no drift was found in this run.\n');
  expect(await world.comments(first.card)).toEqual([
    'Paused by a signal, the run goes on at the next start. Up to here: no drift was found in this run.',
  ]);
  expect((await world.card(first.card)).task).toMatchObject({
    status: 'running',
    run: null,
  });

  const second = await world.monitor();
  expect(await runOf()).toEqual({ started_at: startedAt, pid: second.pid });
  expect(await second.end('SIGINT')).toBe(0);
});

test('the signals of a terminal that is closed are one: the run is paused, and said', async () => {
  const monitor = await world.monitor();
  for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT'] as const) process.kill(monitor.pid, signal);
  expect(await monitor.exited).toBe(0);
  expect(await world.comments(monitor.card)).toEqual([expect.stringMatching(/^Paused by a signal/)]);
});

test('a crash ends nothing: the next start takes over at once, and a stop written meanwhile counts', async () => {
  const first = await world.monitor();
  await first.end('SIGKILL');
  await world.run(['comment', 'stop monitoring']);
  const second = world.start(['monitor']);
  expect(await second.exited).toBe(0);
  const { task } = await world.card(first.card);
  expect(task.block_reason).toMatch(new RegExp(`^stop-requested by user at ${iso}$`));

  const third = await world.monitor();
  expect((await world.card(third.card)).task, 'the old stop belongs to the old run').toMatchObject({
    status: 'running',
  });
  await third.end('SIGTERM');
});

test('time over: the card is done, with a summary', async () => {
  const monitor = world.start(['monitor', '--max-runtime', '1s']);
  expect(await monitor.exited).toBe(0);
  expect(monitor.stdout()).toMatch(
    new RegExp(`^Ended: its time was over at ${iso}\\. In all: no drift was found in this run\\.\n$`),
  );
  const card = /on card (\S+)/.exec(monitor.stderr())?.[1] ?? '';
  expect((await world.card(card)).task).toMatchObject({ status: 'done', run: null });
});

test('a reconcile at a shell hides nothing from the card', async () => {
  const monitor = await world.monitor();
  // From here on both are readers: each is told of the registration, no matter which of them writes it.
  await world.reconcile();
  await world.openSession('shop-creator-claude');
  const { document } = await world.reconcile();
  expect(document.drifts).toHaveLength(1);
  await until('the card to hear of it too', async () => (await world.comments(monitor.card)).length === 1);
  await monitor.end('SIGTERM');
});

test('a registry that breaks is said once, and once when it reads again; nothing is written meanwhile', async () => {
  await world.openSession('shop-creator-claude');
  const monitor = await world.monitor();
  await until('the registration', async () => (await world.comments(monitor.card)).length === 1);
  const good = world.readRegistry();
  const broken = `${good}  half: [\n`;
  world.writeRegistry(broken);
  await until('the trouble', async () => (await world.comments(monitor.card)).length === 2);
  expect((await world.comments(monitor.card))[1]).toMatch(/agent-sessions\.yaml:\d+:\d+/);
  world.tmux(['kill-session', '-t', '=shop-creator-claude']);
  world.writeRegistry(`${broken}`);
  expect(world.readRegistry()).toBe(broken);
  const brokenAt = Date.now();
  await until('some more passes', () => Date.now() > brokenAt + 3_000);
  expect(monitor.stderr().split('\n').slice(2), 'on stderr too: what, where, what to do').toEqual([
    expect.stringMatching(/^the registry cannot be read: /),
    expect.stringMatching(new RegExp(`^${world.registry}:\\d+:\\d+$`)),
    'mend that line',
    '',
  ]);
  world.writeRegistry(good);
  await until('sight and the death', async () => (await world.comments(monitor.card)).length === 4);
  const [, , again, death] = await world.comments(monitor.card);
  expect(again).toMatch(/reads again/);
  expect(death).toMatch(/tmux gone/);
  await monitor.end('SIGTERM');
});

test('the end counts what the card was told, also of what was found before the run', async () => {
  await world.openSession('shop-creator-claude');
  await world.reconcile();
  world.tmux(['kill-session', '-t', '=shop-creator-claude']);
  await until('the death', async () => (await world.reconcile()).document.drifts.length === 1);
  const monitor = await world.monitor();
  await until('the card to hear of it', async () => (await world.comments(monitor.card)).length === 1);
  expect(await world.comments(monitor.card)).toEqual([expect.stringMatching(/^shop-creator-claude: tmux gone/)]);
  await world.run(['comment', 'stop monitoring']);
  expect(await monitor.exited).toBe(0);
  expect((await world.comments(monitor.card)).at(-1)).toBe('found in this run: 1 drift (1 session-gone).');
});

test('a silent card hears nothing but the end', async () => {
  const monitor = await world.monitor(['--level', 'silent']);
  await world.openSession('shop-creator-claude');
  await world.run(['comment', 'please stop the build']);
  await until('the registration', () => /shop-creator-claude/.test(world.readRegistry()));
  await world.run(['comment', 'stop monitoring']);
  expect(await monitor.exited).toBe(0);
  expect(await world.comments(monitor.card)).toEqual([
    'please stop the build',
    'stop monitoring',
    'found in this run: 1 drift (1 session-unregistered).',
  ]);
});

test('a cache that cannot be written any more ends nothing: said once, and in the heartbeat', async () => {
  const monitor = await world.monitor(['--heartbeat', '1s']);
  await until('the first heartbeat', () => heartbeat(monitor.card).includes('last pass'));
  renameSync(world.cache, `${world.cache}.away`);
  writeFileSync(world.cache, '');
  await world.openSession('shop-creator-claude');
  await until('the registration', async () => (await world.comments(monitor.card)).length === 1);
  await until('the heartbeat to say so', () =>
    heartbeat(monitor.card).includes('the memory of the last pass could not be kept: '),
  );
  const said = /^the memory of this pass could not be kept, .*$/gm;
  expect(monitor.stderr().match(said)).toHaveLength(1);

  rmSync(world.cache);
  renameSync(`${world.cache}.away`, world.cache);
  await until('all to be well', () => !heartbeat(monitor.card).includes('could not be kept'));
  expect(monitor.stderr().match(said)).toHaveLength(1);
  expect(await monitor.end('SIGTERM')).toBe(0);
});

function heartbeat(card: string): string {
  try {
    return readFileSync(join(world.state, 'board', `${card}.jsonl.heartbeat`), 'utf8');
  } catch {
    return '';
  }
}
