import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { PrivateWorld, until } from './private-world.ts';

/**
 * Kills the monitor with SIGKILL at a random moment, round by round, while sessions die. Then the file must be old or
 * new, no litter may be left, and each death must be in the log and on the card exactly once.
 */
export async function crashRounds(rounds: number, seed: number): Promise<void> {
  const world = new PrivateWorld();
  const random = randomNumbers(seed);
  try {
    const sessions = Array.from({ length: rounds }, (_, number) => `s${number}-creator-claude`);
    for (const session of [...sessions, 'last-creator-claude']) await world.openSession(session);
    await world.reconcile();
    const first = await world.monitor();
    await first.end('SIGTERM');

    const allRunning = world.readRegistry();

    for (const [round, session] of sessions.entries()) {
      world.tmux(['kill-session', '-t', `=${session}`]);
      const words = round % 2 === 0 ? ['reconcile', '--emit-diff'] : ['monitor', '--interval', '1s'];
      const ours = world.start(words);
      await moment(random() * (round % 2 === 0 ? 300 : 900));
      await ours.end('SIGKILL');
      const dead = sessions.slice(0, round + 1);
      expect(withoutTerminations(world.readRegistry(), dead), `round ${round}: old or new, never between`).toBe(
        allRunning,
      );
      if (round % 5 === 4) await wholePass(world);
    }

    await wholePass(world);
    expect(world.readRegistry().match(/status: terminated/g)).toHaveLength(rounds);
    const monitor = await world.monitor();
    await until(
      'the last death to be told',
      async () => told(await world.comments(monitor.card), sessions.at(-1) ?? '') > 0,
      60_000,
    );
    await monitor.end('SIGTERM');
    const comments = await world.comments(monitor.card);
    const card = comments.join('\n---\n');
    for (const session of sessions) expect(told(comments, session), `${session}:\n${card}`).toBeLessThanOrEqual(1);
    const untold = sessions.filter((session) => told(comments, session) === 0);
    expect(untold.length, `untold, but for what was folded: ${untold.join(', ')}\n${card}`).toBe(folded(comments));
    expect(told(comments, 'last-creator-claude'), 'what lives is not told').toBe(0);

    const history = JSON.parse(`[${(await world.run(['history', '--json'])).stdout.trim().replaceAll('\n', ',')}]`);
    const text = JSON.stringify(history);
    for (const session of sessions) expect(text.split(`${session}: tmux gone`)).toHaveLength(2);
    await wholePass(world);
    expect(litter(world)).toEqual([]);
  } finally {
    await world.close();
  }
}

async function wholePass(world: PrivateWorld): Promise<void> {
  expect((await world.reconcile()).code).toBe(0);
  expect((await world.reconcile()).document).toMatchObject({ drifts: [], standing: [] });
}

/** Returns how many lines tell the death of that session. */
function told(comments: readonly string[], session: string): number {
  return comments.flatMap((body) => body.split('\n')).filter((line) => line.startsWith(`${session}: tmux gone`)).length;
}

/** Returns how many lines about deaths had no room in their comments. */
function folded(comments: readonly string[]): number {
  const deaths = comments.filter((body) => body.includes(': tmux gone'));
  return deaths.reduce((sum, body) => sum + Number(/^… and (\d+) more lines/m.exec(body)?.[1] ?? 0), 0);
}

/** Returns the text as it was before any of those sessions was marked terminated, if each was marked whole. */
function withoutTerminations(text: string, dead: readonly string[]): string {
  return dead.reduce((left, session) => {
    const [head = '', rest] = left.split(`  ${session}:\n`);
    if (rest === undefined) return left;
    const [, entry = '', others = ''] = /^((?: {4}.*\n)*)([^]*)$/.exec(rest) ?? [];
    const added = /^( {4}status: )terminated(\n[^]*) {4}terminated_at: \S+\n {4}termination_mode: auto-detected\n/m;
    return `${head}  ${session}:\n${entry.replace(added, '$1running$2')}${others}`;
  }, text);
}

/** Returns unexpected files: beside the registry, and in the state folder. */
export function litter(world: PrivateWorld): readonly string[] {
  const beside = readdirSync(dirname(world.registry)).filter((name) => name.startsWith('agent-sessions.yaml'));
  const inState = readdirSync(world.state, { recursive: true }).map(String);
  const inCache = readdirSync(world.cache, { recursive: true }).map(String);
  return [
    ...beside.filter((name) => !/^agent-sessions\.yaml(\.lock)?$/.test(name)),
    ...[...inState, ...inCache].filter((name) => /\.(tmp|corrupt|\d{6,})|\.lock$/.test(join('/', name))),
  ];
}

/** Resolves at the moment at which a person's kill happens to strike. It waits for nothing. */
export function moment(ms: number): Promise<unknown> {
  const end = performance.now() + ms;
  return until('the moment', () => performance.now() >= end, ms + 5_000, 5);
}

/** Returns random numbers (Mulberry32): the same rounds for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
