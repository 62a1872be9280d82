import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { until } from '../../agent-lab/until.ts';
import type { ClaudePane } from '../claude-pane.ts';
import type { ClaudeWorld } from '../claude-world.ts';

/** How often each act is done. With a count that is given, the times are shown. */
const given = process.env['CLAUDE_ACTS'];
const times = Number(given ?? 1);

/** A hooked Claude in a pane, and the name of its session. */
export interface Hooked {
  readonly world: ClaudeWorld;
  readonly pane: ClaudePane;
  readonly session: string;
}

/** Clears again and again: each id comes into the registry, in its order. @returns the last one. */
export async function clears(hooked: Hooked, first: string): Promise<string> {
  const { pane } = hooked;
  const ids = [first];
  const took: number[] = [];
  for (let count = 0; count < times; count += 1) {
    const before = entryOf(hooked).claude_session_id_own;
    const id = pane.clear();
    await soon('an id in the registry', () => entryOf(hooked).claude_session_id_own !== before);
    took.push(Date.now() - pane.enteredAt);
    expect(entryOf(hooked).claude_session_id_own).toBe(await id);
    ids.unshift(await id);
  }
  show('/clear to its id in the registry', took);
  const { previous_session_ids: previous } = entryOf(hooked);
  expect(previous.map(({ id }: { id: string }) => id)).toEqual(ids.slice(1));
  return ids[0] ?? '';
}

/** Branches after `/clear`, and goes back to the first one: both are followed. @returns the first one. */
export async function goesBack(hooked: Hooked, first: string): Promise<string> {
  const { pane } = hooked;
  const branched = await pane.branch();
  await soon('the branch in the registry', () => entryOf(hooked).claude_session_id_own === branched);
  await pane.resume(first);
  await soon('the first one in the registry', () => entryOf(hooked).claude_session_id_own === first);
  expect(await pane.prompt('in the first again')).toBe(first);
  return first;
}

/** Lets it ask for permissions: each is seen at once, told only when the user has let it wait, and over when answered. */
export async function permissions(hooked: Hooked, id: string): Promise<void> {
  const { world, pane } = hooked;
  const took: number[] = [];
  for (let count = 0; count < times; count += 1) {
    const known = statesOf(hooked).length;
    await pane.type(`[bash touch file-${count}]`);
    await soon('the record to wait', () => pane.record()?.status === 'waiting');
    const at = Date.now();
    await soon('the wait in the state history', () =>
      statesOf(hooked)
        .slice(known)
        .some(({ state }) => state.activity === 'waiting' && state.waitingFor === 'permission prompt'),
    );
    took.push(Date.now() - at);
    if (count === 0) expect(await needing(world)).toEqual([hooked.session]);
    await pane.accept(/Do you want to proceed/);
    await pane.idle();
    await soon('the wait to be over', () => statesOf(hooked).at(-1)?.state.activity !== 'waiting');
  }
  show('a permission prompt to its line in the state history', took);
  expect(await needing(world)).toEqual([]);
  const { events } = JSON.parse((await world.run(['history', '--json'])).stdout);
  expect(events.filter(({ kind }: { kind: string | null }) => kind === 'needs-you')).toEqual([]);
  expect(entryOf(hooked).claude_session_id_own).toBe(id);
}

/** Exits and resumes again and again. */
export async function exits(hooked: Hooked, id: string): Promise<void> {
  const { pane } = hooked;
  const took: number[] = [];
  for (let count = 0; count < times; count += 1) {
    await pane.exit();
    const goneAt = Date.now();
    await soon('the exit in the registry', () => entryOf(hooked).last_visible_status === 'agent-exited');
    took.push(Date.now() - goneAt);
    expect(entryOf(hooked).claude_session_id_own).toBe(id);
    await pane.start(`claude --resume ${id}`);
    await soon('the return in the registry', () => entryOf(hooked).last_visible_status !== 'agent-exited');
  }
  show('the end of its process to its word in the registry', took);
  expect(entryOf(hooked).claude_session_id_own).toBe(id);
}

/** Returns the sessions that `status` says need their user now. */
async function needing(world: ClaudeWorld): Promise<readonly string[]> {
  const { stdout } = await world.run(['status', '--waiting', '--json']);
  return JSON.parse(stdout).sessions.map(({ session }: { session: string }) => session);
}

/** Returns the registry's entry of the session. */
export function entryOf({ world, session }: Pick<Hooked, 'world' | 'session'>) {
  return parse(world.readRegistry()).sessions[session];
}

interface Line {
  readonly kind: string;
  readonly state: { readonly activity: string | null; readonly waitingFor: string | null };
}

/** Returns the states that the monitor wrote into its history. */
function statesOf({ world }: Hooked): readonly Line[] {
  const files = readdirSync(world.state, { recursive: true, encoding: 'utf8' });
  const file = files.find((name) => /\/states-.*\.jsonl$/.test(name));
  if (file === undefined) return [];
  const lines = readFileSync(join(world.state, file), 'utf8').split('\n');
  return lines.flatMap((line) => (line.includes('"kind":"state"') ? [JSON.parse(line)] : []));
}

/** Polls so often that the times say something. */
function soon(what: string, ask: () => boolean): Promise<boolean> {
  return until(what, ask, 60_000, 10);
}

function show(what: string, took: readonly number[]): void {
  if (given === undefined) return;
  const sorted = took.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
  process.stdout.write(`${what}, ${took.length} times: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms\n`);
}
