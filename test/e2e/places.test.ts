import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { otherPlace, ownHost, type OtherPlace } from './other-place.ts';
import { PrivateWorld, until } from './private-world.ts';

let world: PrivateWorld;
let other: OtherPlace;
beforeEach(async () => {
  world = new PrivateWorld();
  other = await otherPlace(world, 'nodeb');
});
afterEach(() => world.close());

const statesIn = (status: { readonly stdout: string }): Record<string, string> =>
  Object.fromEntries(
    JSON.parse(status.stdout).sessions.map(({ session, state }: { session: string; state: string }) => [
      session,
      state,
    ]),
  );
const states = async (where: Pick<OtherPlace, 'run'>) => statesIn(await where.run(['status', '--json']));

/** Writes a registry with that one entry, as a person left it a minute ago. */
function settledEntry(session: string): void {
  world.writeRegistry(`sessions:\n  ${session}:\n    agent: claude\n    status: running\n`, 60);
}

/** Checks that a pass in a place leaves everything as it is, with its memory and without. */
async function leavesAlone(where: Pick<OtherPlace, 'reconcile'>): Promise<void> {
  for (const isForgotten of [false, true]) {
    if (isForgotten) rmSync(world.cache, { recursive: true, force: true });
    const text = world.readRegistry();
    const { document, code } = await where.reconcile();
    const { drifts, standing, blind } = document;
    expect({ code, drifts, standing, blind }).toEqual({ code: 0, drifts: [], standing: [], blind: [] });
    expect(world.readRegistry()).toBe(text);
  }
}

test('two places with one home: neither harms the entries of the other, also without its cache', async () => {
  for (const session of ['one-creator-claude', 'two-creator-claude']) await world.openSession(session);
  await until('both to be registered', async () => (await world.reconcile()).document.registry.entries === 2);
  await leavesAlone(other);
  expect(await states(other)).toEqual({
    'one-creator-claude': `elsewhere (${ownHost()})`,
    'two-creator-claude': `elsewhere (${ownHost()})`,
  });

  for (const session of ['far-creator-claude', 'away-creator-claude']) await other.openSession(session);
  await until('those to be registered', async () => (await other.reconcile()).document['registry']?.['entries'] === 4);
  await leavesAlone(world);
  await leavesAlone(other);
  expect((await states(world))['far-creator-claude']).toBe('elsewhere (nodeb)');

  // Deaths are told in the place where they happen.
  world.tmux(['kill-server']);
  await leavesAlone(other);
  const here = await until('the deaths here', async () => {
    const { document } = await world.reconcile();
    return document.drifts.length > 0 ? document : null;
  });
  expect(here.drifts).toMatchObject([
    { kind: 'tmux-server-died', sessions: ['one-creator-claude', 'two-creator-claude'], edits: { length: 6 } },
  ]);
  await leavesAlone(other);
  await other.tmux(['kill-session', '-t', '=far-creator-claude']);
  await leavesAlone(world);
  const there = await other.reconcile();
  expect(there.document['drifts']).toMatchObject([{ kind: 'session-gone', session: 'far-creator-claude' }]);
  expect(world.readRegistry().match(/status: running/g)).toHaveLength(1);
});

test('one of the same name in another place is left alone, and said', async () => {
  await world.openSession('one-creator-claude');
  settledEntry('one-creator-claude');
  await world.reconcile();
  await other.openSession('one-creator-claude');
  await leavesAlone(other);
  expect(await states(other)).toEqual({
    'one-creator-claude': `elsewhere (${ownHost()}) · a session of that name runs here`,
  });
  expect((await other.run(['explain', 'one-creator-claude'])).stdout).toContain(
    `if that place is gone: asm reconcile --adopt --from ${ownHost()}`,
  );
});

test('a borrowed place says nothing of a session that was never seen, until its entry is adopted', async () => {
  settledEntry('old');
  const before = world.readRegistry();
  const { code, document } = await other.reconcile();
  expect({ code, drifts: document['drifts'] }).toEqual({ code: 4, drifts: [] });
  const reason = expect.stringContaining('the PID namespace is not the first of the machine');
  const cure = expect.stringContaining('write `host: nodeb` into the entries that run here');
  expect(document['blind']).toMatchObject([{ source: 'place', reason, cure }]);
  expect(document['unknown']).toEqual([{ session: 'old', place: null, reason, cure }]);
  expect(world.readRegistry()).toBe(before);

  const adopted = await other.run(['reconcile', '--adopt']);
  expect(adopted).toMatchObject({ code: 0, stderr: expect.stringContaining('adopted here: old') });
  expect(world.readRegistry()).toContain('status: terminated');
});

test('a container that was made anew adopts the entries of the former one', async () => {
  await other.openSession('far-creator-claude');
  settledEntry('far-creator-claude');
  await other.reconcile();
  await other.end();
  const anew = await otherPlace(world, 'nodeb');
  await leavesAlone(anew);
  await leavesAlone(world);
  expect(await states(anew)).toEqual({ 'far-creator-claude': 'elsewhere (nodeb)' });

  const wrong = await anew.run(['reconcile', '--adopt', '--from', 'node-b']);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('to: nodeb') });
  const { document } = await anew.reconcile(['--adopt', '--from', 'nodeb']);
  expect(document['drifts']).toMatchObject([{ kind: 'session-gone', session: 'far-creator-claude' }]);
});

test('a host that was renamed is the same place', async () => {
  await other.openSession('far-creator-claude');
  settledEntry('far-creator-claude');
  await other.reconcile();
  await other.rename('laptop');
  await leavesAlone(other);
  expect((await states(other))['far-creator-claude']).not.toContain('elsewhere');
  expect((await states(world))['far-creator-claude']).toBe('elsewhere (laptop)');
});
