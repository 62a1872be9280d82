import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { otherPlace, type OtherPlace } from './other-place.ts';
import { PrivateWorld, until } from './private-world.ts';

const library = fileURLToPath(new URL('../../dist/index.mjs', import.meta.url));
const writer = fileURLToPath(new URL('./two-hosts/writer.mjs', import.meta.url));
/** How often each of the two hosts writes; `npm run soak` writes 200 times in all. */
const times = Number(process.env['HOST_EDITS'] ?? 20);

let world: PrivateWorld;
let hosts: readonly [OtherPlace, OtherPlace];
beforeEach(async () => {
  world = new PrivateWorld();
  // Two PID namespaces: both begin with the same numbers, and both have the same socket paths.
  hosts = [await otherPlace(world, 'laba'), await otherPlace(world, 'labb')];
});
afterEach(() => world.close());

test('two hosts that write at once lose nothing of each other', { timeout: 300_000 + times * 3_000 }, async () => {
  world.writeRegistry('sessions:\n  keep:\n    status: paused # mine\n', 60);
  const state = world.folder('shared-state');
  const write = (host: OtherPlace, place: string) =>
    host.execute([process.execPath, writer, library, world.registry, state, place, String(times)]);
  const ran = await Promise.all([write(hosts[0], 'laba'), write(hosts[1], 'labb')]);
  expect(ran.map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
  ]);
  const all = ['laba', 'labb'].flatMap((host) => Array.from({ length: times }, (_, number) => `${host}-${number}`));
  const text = world.readRegistry();
  expect(text).toMatch(/^sessions:\n {2}keep:\n {4}status: paused # mine\n/);
  expect([...text.matchAll(/^ {2}(lab\S+):$/gm)].map(([, name]) => name).toSorted()).toEqual(all.toSorted());
  const lines = readFileSync(join(state, 'log.jsonl'), 'utf8').trim().split('\n');
  const events = lines.map((line) => JSON.parse(line));
  const told = events.flatMap(({ kind, session }) => (kind === 'snoozed' ? [session] : []));
  expect(told.toSorted()).toEqual(all.toSorted());
  expect(JSON.parse(readFileSync(join(state, 'cursors/shared.json'), 'utf8')).held.toSorted()).toEqual(all.toSorted());
  const left = [world.home, state, join(state, 'cursors')].flatMap((dir) => readdirSync(dir));
  expect(left.filter((name) => name.endsWith('.tmp') || name.includes('.lock'))).toEqual(['agent-sessions.yaml.lock']);
});

test('a monitor on each of two hosts: each tells of its own sessions, and one that is lost ends nothing', async () => {
  const [here, there] = hosts;
  for (const [host, name] of [
    [here, 'shop'],
    [there, 'blog'],
  ] as const)
    await host.openSession(`${name}-creator-claude`);
  for (const host of hosts) await host.openSession('same-creator-claude');
  const panes = await Promise.all(hosts.map((host) => host.tmux(['list-panes', '-a', '-F', '#{pane_pid}'])));
  const [pids, others] = panes.map(({ stdout }) => stdout.trim().split('\n').toSorted());
  expect(pids, 'the same pids mean other processes').toEqual(others);

  const [one, two] = [await here.monitor(), await there.monitor()];
  expect(one.card).not.toBe(two.card);
  await until('all entries', () => (world.readRegistry().match(/-creator-claude:$/gm) ?? []).length === 3);
  const states = async (host: OtherPlace): Promise<Record<string, string>> => {
    const { sessions } = JSON.parse((await host.run(['status', '--json'])).stdout);
    return Object.fromEntries(
      sessions.map(({ session, state }: { session: string; state: string }) => [session.split('-')[0], state]),
    );
  };
  const owner = (await states(here))['same'] === 'alive' ? here : there;
  const namesake = (host: string) => `elsewhere (${host}) · a session of that name runs here`;
  const far = { laba: 'elsewhere (laba)', labb: 'elsewhere (labb)' };
  expect([await states(here), await states(there)]).toEqual([
    { shop: 'alive', blog: far.labb, same: owner === here ? 'alive' : namesake('labb') },
    { shop: far.laba, blog: 'alive', same: owner === there ? 'alive' : namesake('laba') },
  ]);

  // A lock of a dead process of the other host, and a pid in it that lives here too.
  mkdirSync(`${world.registry}.lock.lock`);
  await there.tmux(['kill-session', '-t', '=blog-creator-claude']);
  await until('the death', () =>
    /blog-creator-claude:\n(?: {4}.*\n)*? {4}status: terminated/.test(world.readRegistry()),
  );
  // Both cards read the one log of the registry, each once.
  const told = async (card: string) =>
    (await world.comments(card)).filter((body) => body.includes('blog-creator-claude: tmux gone')).length;
  await until('both cards to tell it', async () => (await told(one.card)) > 0 && (await told(two.card)) > 0);

  const before = world.readRegistry();
  await there.end();
  const back = await here.run(['reconcile', '--emit-diff']);
  expect([back.code, JSON.parse(back.stdout).drifts, world.readRegistry()]).toEqual([0, [], before]);
  expect((await states(here))['shop']).toBe('alive');
  expect((await here.run(['comment', '--card', one.card, 'stop monitoring'])).code).toBe(0);
  expect(await one.exited).toBe(0);
  expect([await told(one.card), await told(two.card)]).toEqual([1, 1]);
});
