import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HermesWorld } from './hermes-world.ts';
import { isAlive, until } from './private-world.ts';
import { untilQuiet } from './until-quiet.ts';

let world: HermesWorld;
let card: string;
beforeAll(() => {
  world = new HermesWorld();
  // Only folders of this test, so that no real hermes is found.
  const real = [world.hermes, world.wholeHermes].map((path) => dirname(path));
  const folders = (world.env['PATH'] ?? '').split(':').filter((folder) => !real.includes(folder));
  world.env = { ...world.env, PATH: folders.join(':') };
});
afterAll(() => world.close());
beforeEach(() => {
  world.forget();
  hermesIs('');
  card = world.createCard();
});
const monitor = (...words: readonly string[]) => world.monitor(['--board', 'hermes', '--card', card, ...words]);
const calls = () => readFileSync(join(world.root, 'calls'), 'utf8').split('\n').filter(Boolean);

const tails = () =>
  execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`tail --interval 1 -- ${card}`))
    .map((line) => Number.parseInt(line, 10));

/** Puts a script before the real hermes in PATH, which notes each call. */
function hermesIs(script: string): void {
  const path = join(world.bin, 'hermes');
  const text = `#!/bin/sh\necho "$$ $*" >> '${world.root}/calls'\n${script}\nexec '${world.hermes}' "$@"\n`;
  writeFileSync(`${path}.new`, text);
  chmodSync(`${path}.new`, 0o700);
  // The script must be complete at once: it may be started at any moment.
  renameSync(`${path}.new`, path);
}

test('a hermes that hangs stops no pass and no end; the news is told once it answers', async () => {
  await world.openSession('shop-creator-claude');
  const first = await monitor('--heartbeat', '2s');
  await until('the registration', () => world.bodies(card).length === 1);
  hermesIs('exec sleep 1000');
  await until('a call that hangs', () => calls().some((line) => line.includes('heartbeat')));
  world.tmux(['kill-session', '-t', '=shop-creator-claude']);
  // A call that hangs is given 50 s.
  await until('the repair', () => world.readRegistry().includes('status: terminated'), 30_000);
  const endedAt = performance.now();
  expect(await first.end('SIGTERM')).toBe(0);
  expect(performance.now() - endedAt).toBeLessThan(30_000);
  hermesIs('');
  const second = await monitor();
  await until('the death', () => world.bodies(card).some((body) => body.includes('tmux gone')), 30_000);
  world.kanban('comment', card, 'stop monitoring');
  expect(await second.exited).toBe(0);
  expect(world.bodies(card).filter((body) => body.includes('tmux gone'))).toHaveLength(1);
});

test('quiet passes ask the board nothing; a hermes that is missing, then there again, is no end; a deleted card is', async () => {
  await world.openSession('shop-creator-claude');
  const ours = await monitor();
  await until('the registration', () => world.bodies(card).length === 1);
  // Three passes.
  await untilQuiet(() => calls().length, 3_000);
  expect(await ours.end('SIGTERM')).toBe(0);

  const second = await monitor();
  hermesIs('exit 127');
  await world.openSession('blog-creator-claude');
  await until('the repair', () => world.readRegistry().includes('blog-creator-claude'));
  hermesIs('');
  await until('the news', () => world.bodies(card).some((body) => body.startsWith('blog-')), 30_000);
  execFileSync('python3', ['-c', deletes, join(world.hermesHome, 'kanban.db'), card]);
  // Its tail does not tell that a card was deleted, but its end is a reason to read the card.
  await until('the end of the tail', () => {
    for (const tail of tails()) process.kill(tail, 'SIGKILL');
    return second.child.exitCode !== null;
  });
  expect(await second.exited).toBe(0);
  expect(second.stdout()).toContain('the card is gone');
});

test('a heartbeat is no reason to read the card, but one that Hermes refuses is: the card may be deleted', async () => {
  const ours = await monitor('--heartbeat', '2s');
  const count = (kind: string) => calls().filter((line) => line.includes(` ${kind} `)).length;
  await until('a heartbeat', () => count('heartbeat') > 0);
  await untilQuiet(() => count('show'), 6_500);
  expect(count('heartbeat')).toBeGreaterThan(2);
  execFileSync('python3', ['-c', deletes, join(world.hermesHome, 'kanban.db'), card]);
  expect(await ours.exited).toBe(0);
  expect(ours.stdout()).toContain('the card is gone');
});

test('a hermes that is not there at all for a while is no end, and a comment is seen at once when it is back', async () => {
  const ours = await monitor();
  const [tail] = await until('the tail', () => (tails().length > 0 ? tails() : null));
  rmSync(join(world.bin, 'hermes'));
  process.kill(tail ?? Number.NaN, 'SIGKILL');
  await untilQuiet(() => tails().length, 2_500);
  expect(tails()).toEqual([]);
  hermesIs('');
  await until('the next tail', () => tails().length > 0, 30_000);
  world.kanban('comment', card, 'stop monitoring');
  expect(await ours.exited).toBe(0);
  expect(world.show(card).task.status).toBe('blocked');
});

test('its tail ends with it, also by kill -9; a folder of Hermes that is away ends no run', async () => {
  const ours = await monitor();
  const running = await until('the tail', () => (tails().length > 0 ? tails() : null));
  await ours.end('SIGKILL');
  await until('the end of the tail', () => running.every((pid) => !isAlive(pid)));

  const second = await monitor();
  renameSync(world.hermesHome, `${world.hermesHome}.away`);
  await world.openSession('news-creator-claude');
  await until('the repair', () => world.readRegistry().includes('news-creator-claude'));
  const before = calls().length;
  await until(
    'the card to be asked for',
    () =>
      calls()
        .slice(before)
        .filter((line) => line.includes(' show ')).length > 1,
    30_000,
  );
  expect(isAlive(second.pid)).toBe(true);
  renameSync(world.hermesHome, `${world.hermesHome}.other`);
  renameSync(`${world.hermesHome}.away`, world.hermesHome);
  await until('the news', () => world.bodies(card).some((body) => body.includes('news-creator-claude')), 30_000);
  expect(await second.end('SIGTERM')).toBe(0);
});

test('a card that another worker works is not taken, and a card that was given to another worker is left', async () => {
  world.kanban('claim', card);
  const refused = await world.run(['monitor', '--board', 'hermes', '--card', card]);
  expect(refused).toMatchObject({ code: 5, stdout: '' });
  expect(refused.stderr).toContain(`comment \`stop monitoring\` on card ${card}`);
  expect(world.kanban('reclaim', card)).toMatch(/^Reclaimed /m);
  const ours = await monitor();
  // Hermes reclaims and reassigns in two writes. Between them it closes a handle of its database and so gives up its
  // lock: if another process ends just then, Hermes says `Reassigned`, but its second write is lost.
  await until('the card to be given to another', () => {
    expect(world.kanban('reassign', '--reclaim', card, 'other')).toMatch(/^Reassigned /m);
    return world.show(card).task.assignee === 'other';
  });
  expect(await ours.exited).toBe(0);
  expect(ours.stdout()).toContain('the card was given to other');
  expect(world.show(card).task.status).toBe('ready');
});

test('a claim that has run out is taken again, but not from a worker that Hermes would start', async () => {
  const ours = await monitor();
  expect(world.kanban('reclaim', card)).toMatch(/^Reclaimed /m);
  await until('the next claim', () => world.kinds(card).filter((kind) => kind === 'claimed').length === 2);
  expect(await ours.end('SIGTERM')).toBe(0);
  card = world.createCard('--assignee', 'default');
  const second = await monitor();
  expect(world.kanban('reclaim', card)).toMatch(/^Reclaimed /m);
  expect(await second.exited).toBe(0);
  expect(second.stdout()).toContain('Hermes took the card back');
  expect(world.show(card).task.status).toBe('ready');
});

/**
 * Deletes the card in the database: Hermes' own command deletes only archived cards, and an archived card is over
 * already.
 */
const deletes = `
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=10)
for table, column in (('task_comments', 'task_id'), ('task_events', 'task_id'), ('task_runs', 'task_id'), ('tasks', 'id')):
    connection.execute('delete from %s where %s = ?' % (table, column), (sys.argv[2],))
connection.commit()
`;
