import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { noticeSchema } from '../../../src/tell/notify/notice-schema.ts';
import { Receiver } from '../../tell/notify/receiver.ts';
import { Random } from '../../random.ts';
import { untrueCard } from '../many-agents/told.ts';
import { isAlive, until, type PrivateWorld } from '../private-world.ts';
import { openBoard, type BoardName } from './boards.ts';
import { Fleet } from './fleet.ts';
import { Killer, type Length } from './killer.ts';
import { keptEntry } from './sessions.ts';
import { endsAlone, leavesNothing, logOf } from './traces.ts';
import { Writers } from './writers.ts';

/** Locks of a killed monitor hold the next one up for 3 s. A run that does not come to its point ends then; ms. */
const longestRunMs = 6_000;
/** What is done once its start and its first news are over is done again and again; ms. */
const tellingRunMs = 2_500;

/**
 * Kills two monitors of one registry, of which one watches and the other one waits, while agents come, report and go,
 * and a script edits the registry. Then the registry must be true, each news on the card once, and at the webhook at
 * least once, with the same id.
 */
export async function monitorRounds(kills: number, seed: number, name: BoardName): Promise<void> {
  const { world, words: cardWords, comments } = await openBoard(name);
  const receiver = await new Receiver().open();
  const killers = [1, 2].map((number) => new Killer(world, new Random(seed + number)));
  const [first] = killers;
  if (first === undefined) throw new Error('there is no killer');
  const random = new Random(seed);
  const writers = new Writers(world, first.gate, random);
  const fleet = new Fleet(world, random);
  const words = ['monitor', '--interval', '1s', ...cardWords];
  const notifier = `{ kind: webhook, url: '${receiver.url}', on: [session-gone, session-unregistered] }`;
  world.file('home/.config/agent-sessions-monitor/config.yaml', `tmux: { sockets: [] }\nnotify: [${notifier}]\n`);
  world.writeRegistry(`sessions:\n${keptEntry}`, 60);
  try {
    for (let count = 0; count < 4; count += 1) fleet.open();
    const { calls, ms } = await first.measure(words, {
      end: async ({ child }) => {
        await until('the first to be told', () => receiver.received.length > 0, 120_000);
        child.kill('SIGTERM');
      },
    });
    const length = { calls, ms: Math.min(ms, tellingRunMs) };
    const isOver = (): boolean => killers.reduce((sum, killer) => sum + killer.kills, 0) >= kills;
    const write = async (): Promise<void> => {
      while (!isOver()) await writers.write(1_000);
    };
    const pids = await Promise.all([
      ...killers.map((killer) => superviseUntil(isOver, world, { killer, words, length })),
      fleet.live(isOver).then(() => []),
      write().then(() => []),
    ]);
    for (const pid of pids.flat()) await endsAlone(pid);
    await tellTheRest(world, words, { fleet, receiver });
    expect((await world.reconcile()).document.drifts).toEqual([]);
    await leavesNothing(world, () => world.reconcile());

    expectTrueRegistry(world, writers, fleet);
    expectToldOnce(world, await comments(), fleet);
    expect(badNotices(world, receiver)).toEqual([]);
    expect(left(world)).toEqual([]);
  } finally {
    writers.end();
    await world.close();
    await receiver.close();
  }
}

/** Starts a monitor again and again. @returns the pids of all that were killed */
async function superviseUntil(
  isOver: () => boolean,
  world: PrivateWorld,
  { killer, words, length }: { readonly killer: Killer; readonly words: readonly string[]; readonly length: Length },
): Promise<readonly number[]> {
  const killed: number[] = [];
  while (!isOver()) {
    const { running, point, ended } = killer.strike(words, length, { atMostMs: longestRunMs });
    const code = await ended;
    if (code === null) killed.push(running.pid);
    else {
      expect({ code, point }, running.stderr()).toEqual({ code: 6, point });
      await until('the other one to end', () => isOver() || !isWatched(world), 60_000, 20);
    }
  }
  return killed;
}

/** Expects each agent once in the registry, a death for each that died, and what the script and the user wrote. */
function expectTrueRegistry(world: PrivateWorld, writers: Writers, fleet: Fleet): void {
  const { text, faults } = writers.without(world.readRegistry());
  expect(faults).toEqual([]);
  expect(text).toContain(keptEntry);
  for (const { session, id } of fleet.all) {
    expect(text.split(`\n  ${session}:\n`), session).toHaveLength(2);
    expect(text.split(id), session).toHaveLength(2);
  }
  expect(text.match(/status: terminated/g) ?? []).toHaveLength(fleet.dead.length);
}

/** Expects each change once in the log, and its sentence once on the card. */
function expectToldOnce(world: PrivateWorld, bodies: readonly string[], fleet: Fleet): void {
  const comments = bodies.map((body) => ({ body }));
  expect(untrueCard(logOf(world), comments)).toEqual([]);
  const sentences = bodies.flatMap((body) => body.split('\n')).filter((line) => /^s\d+-creator/.test(line));
  expect(sentences.toSorted()).toEqual([...new Set(sentences)].toSorted());
  expect(timesLogged(world, fleet)).toEqual([]);
}

function leases(world: PrivateWorld): readonly string[] {
  const paths = readdirSync(world.state, { recursive: true }).map(String);
  return paths.filter((path) => /\/lease-[^/]*\.json$/.test(path)).map((path) => join(world.state, path));
}

function isWatched(world: PrivateWorld): boolean {
  return leases(world).some((path) => existsSync(path) && isAlive(JSON.parse(readFileSync(path, 'utf8')).pid));
}

/** Lets a monitor that is not killed tell what the killed ones have left. */
async function tellTheRest(
  world: PrivateWorld,
  words: readonly string[],
  { fleet, receiver }: { readonly fleet: Fleet; readonly receiver: Receiver },
): Promise<void> {
  const last = world.start(words);
  const wanted = (): readonly string[] => wantedIds(world);
  await until('all to be registered', () => fleet.all.every(({ id }) => world.readRegistry().includes(id)), 120_000);
  await until('all to be logged', () => timesLogged(world, fleet).length === 0);
  const told = (): ReadonlySet<string> => new Set(eventsAt(receiver).map(({ id }) => id));
  await until('the webhook to be told', () => wanted().every((id) => told().has(id)), 120_000, 200);
  await until('the card to be told', () => untold(world).length === 0, 120_000, 200);
  last.child.kill('SIGTERM');
  expect(await last.exited, last.stderr()).toBe(0);
}

/** Returns the drifts of the log that no comment has told. */
function untold(world: PrivateWorld): readonly string[] {
  const events = logOf(world).read();
  const told = new Set(events.flatMap((event) => (event.kind === 'posting' ? (event.drifts ?? []) : [])));
  return logOf(world)
    .lives()
    .filter(({ drift }) => !told.has(drift.id))
    .map(({ drift }) => drift.message);
}

function wantedIds(world: PrivateWorld): readonly string[] {
  return logOf(world)
    .lives()
    .filter(({ drift }) => ['session-gone', 'session-unregistered'].includes(drift.kind))
    .map(({ drift }) => drift.id);
}

/** Compares how often the log says that each came and went with what was done. */
function timesLogged(world: PrivateWorld, fleet: Fleet): readonly string[] {
  const lives = logOf(world).lives();
  return fleet.all.flatMap((member) => {
    const { session } = member;
    const wanted = { 'session-unregistered': 1, 'session-gone': fleet.dead.includes(member) ? 1 : 0 };
    return Object.entries(wanted).flatMap(([kind, times]) => {
      const logged = lives.filter(({ drift }) => drift.kind === kind && drift.session === session).length;
      return logged === times ? [] : [`${session}: ${kind} ${times} times, logged ${logged} times`];
    });
  });
}

function noticesAt(receiver: Receiver) {
  return receiver.bodies.map((body) => noticeSchema.parse(body));
}

function eventsAt(receiver: Receiver) {
  return noticesAt(receiver).flatMap(({ events }) => events);
}

/** A repeated event has the id of the log's drift, and a repeated notice says the same. */
function badNotices(world: PrivateWorld, receiver: Receiver): readonly string[] {
  const known = new Set(wantedIds(world));
  const contents = new Map<string, string>();
  return [
    ...eventsAt(receiver).flatMap(({ id, message }) => (known.has(id) ? [] : [`the log has no ${id}: ${message}`])),
    ...noticesAt(receiver).flatMap(({ id, events }) => {
      const content = JSON.stringify(events);
      const before = contents.get(id) ?? content;
      contents.set(id, content);
      return before === content ? [] : [`notice ${id} was another before`];
    }),
  ];
}

/** Returns what a monitor that has ended must not leave. */
function left(world: PrivateWorld): readonly string[] {
  const sockets = readdirSync(world.state, { recursive: true }).map(String);
  return [...leases(world), ...sockets.filter((path) => path.endsWith('.sock'))];
}
