import { expect, test } from 'vitest';
import { stateChanges, withLines, type LastStates } from '../../../src/core/timeline/state-changes.ts';
import { entryId, type Entry } from '../../../src/core/model/entry.ts';
import type { Verdict } from '../../../src/core/model/plan.ts';
import { anEntry, idsOf, now, settings } from '../world.ts';

const shop = anEntry('shop', { ids: idsOf({ own: 'id-1' }) });
const lives: Verdict = {
  entry: shop,
  liveness: 'alive',
  elsewhere: null,
  doubt: null,
  evidence: [{ source: 'tmux:/tmp/s', said: 'complete list of 2 sessions, among them as $1', at: now }],
  socket: null,
  pane: '%1',
  agent: null,
  activity: null,
  activitySince: null,
  waiting: null,
  identity: null,
  outlives: false,
  notProven: null,
};
const dead: Verdict = {
  ...lives,
  liveness: 'gone',
  evidence: [{ source: 'tmux:/tmp/s', said: 'complete list of 1 session, not among them', at: now }],
};
const elsewhere: Verdict = {
  ...lives,
  liveness: 'unknown',
  elsewhere: { host: 'lab2', hasNamesake: false },
  doubt: { reason: 'it belongs to lab2', cure: 'none' },
  evidence: [{ source: 'log', said: 'it belongs to lab2', at: now }],
};

const see = (verdict: Verdict | null, entry: Entry = shop) => ({
  at: now,
  entries: verdict === null ? [] : [entry],
  verdicts: verdict === null ? [] : [verdict],
  agents: settings.agents,
});
const said = (verdict: Verdict): readonly string[] =>
  stateChanges({}, see(verdict), false).map((line) => (line.kind === 'state' ? `${line.source}: ${line.reason}` : ''));

const after = (verdict: Verdict): LastStates => withLines({}, stateChanges({}, see(verdict), true));

test('a line says what a session was, by which source, and why', () => {
  expect(
    stateChanges({}, see({ ...lives, activity: 'waiting', waiting: { for: 'question', since: 1 } }), false),
  ).toEqual([
    {
      kind: 'state',
      at: now,
      entry: entryId(shop),
      session: 'shop',
      workspace: 'lab',
      agent: 'claude',
      state: { liveness: 'alive', activity: 'waiting', waitingFor: 'question', id: 'id-1' },
      source: 'claude',
      reason: 'Claude waits for you: question',
    },
  ]);
});

test('the agent says what it does, the processes that it left, tmux the rest', () => {
  expect(said({ ...lives, activity: 'working' })).toEqual(['claude: Claude works']);
  expect(said({ ...lives, activity: 'exited' })).toEqual(['proc: no agent runs in its pane']);
  expect(said(lives)).toEqual(['tmux:/tmp/s: complete list of 2 sessions, among them as $1']);
  expect(said(dead)).toEqual(['tmux:/tmp/s: complete list of 1 session, not among them']);
  expect(said(elsewhere)).toEqual(['log: it belongs to lab2']);
});

test('nothing is written while nothing changes, but the begin of a watch writes all that live or may live', () => {
  const alive = { ...lives, activity: 'working' } as const;
  expect(stateChanges(after(alive), see(alive), false)).toEqual([]);
  expect(stateChanges(after(alive), see(alive), true)).toHaveLength(1);
  expect(stateChanges(after(elsewhere), see(elsewhere), true)).toHaveLength(1);
  expect(stateChanges(after(alive), see({ ...alive, activity: 'idle' }), false)).toMatchObject([
    { state: { activity: 'idle' } },
  ]);
});

test('a death is written once, also over several watches', () => {
  expect(stateChanges(after(lives), see(dead), false)).toHaveLength(1);
  expect(stateChanges(after(dead), see(dead), false)).toEqual([]);
  expect(stateChanges(after(dead), see(dead), true)).toEqual([]);
});

test('a new proof of the conversation is a change, and beats the recorded id', () => {
  const proven = { ...lives, identity: { id: 'id-2', proof: 'record', said: 'its record' } } as const;
  expect(stateChanges(after(lives), see(proven), false)).toMatchObject([{ state: { id: 'id-2' } }]);
});

test('an entry that was taken out is told once, and is new when it is back', () => {
  const lines = stateChanges(after(lives), see(null), false);
  expect(lines).toEqual([{ kind: 'removed', at: now, entry: entryId(shop) }]);
  const last = withLines(after(lives), lines);
  expect(stateChanges(last, see(null), false)).toEqual([]);
  expect(stateChanges(last, see(lives), false)).toHaveLength(1);
});
