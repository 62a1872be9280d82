import { expect, test } from 'vitest';
import type { ClaudeLive } from '../../../src/agents/claude/observation.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import {
  aProcess,
  aReport,
  aSession,
  aTree,
  aWorld,
  anEntry,
  anEntryMemory,
  claudeLive,
  claudeLook,
  deadPids,
  defaultSocket,
  hung,
  idsOf,
  listed,
  longAgo,
  now,
  opened,
  over,
  settings,
  trees,
  undecided,
  type World,
} from '../world.ts';
import { named } from '../../named.ts';

const name = 'lab-creator-claude';
const id = '87dc548e-0000-4000-8000-000000000000';
const minute = 60_000;
const entries = [anEntry(name, { ids: idsOf({ own: id }) })];
const sockets = new Map([[defaultSocket, listed([aSession(name)])]]);
const panes = trees(aTree(aProcess(1001)));

/** A world in which Claude's own record says what it does. */
function saying(record: Partial<ClaudeLive>, more: World = {}) {
  const live = new Map([[1001, claudeLive(1001, id, record)]]);
  const artifacts = new Map([[id, { path: `/t/${id}.jsonl`, size: 1, mtime: now }]]);
  return aWorld({ entries, observation: { sockets, panes, claude: claudeLook({ live, artifacts }) }, ...more });
}

const waits = (minutes: number, waitingFor = 'permission prompt'): Partial<ClaudeLive> => ({
  status: 'waiting',
  waitingFor,
  statusUpdatedAt: now - minutes * minute,
});
const key = `["/home/me/agent-sessions.yaml","needs-you","${name}",null,1001,"start-1001"]`;
const open = opened({ key, kind: 'needs-you', session: name });

test('an agent that has waited for longer than it may is told, with what for and since when', () => {
  expect(plan(saying(waits(5))).drifts).toEqual([
    {
      key,
      kind: 'needs-you',
      class: 'P',
      session: name,
      workspace: 'lab',
      agent: 'claude',
      message: `${name}: needs you since 2026-07-01T08:55:30Z: permission prompt.`,
      evidence: [{ source: 'claude', said: 'it waits for you: permission prompt', at: now }],
      edits: [],
    },
  ]);
  expect(plan(saying(waits(4))).drifts).toEqual([]);
});

test('it stays the same drift while it goes on, also when what it waits for changes', () => {
  const later = plan(saying(waits(50, 'input needed'), { ledger: open }));
  expect(later.drifts.map((drift) => drift.key)).toEqual([key]);
  expect(later.absentDrifts).toEqual([]);
});

test('a dialog that the user opened is no waiting', () => {
  expect(plan(saying(waits(50, 'dialog open'))).drifts).toEqual([]);
});

test('it is over when the agent goes on; a new waiting is told anew only after its own time', () => {
  const said = `${name}: it does not wait for you any more.`;
  expect(plan(saying({ status: 'busy' }, { ledger: open })).absentDrifts).toEqual(over(said));
  expect(plan(saying({ status: 'idle' }, { ledger: open })).absentDrifts).toEqual(over(said));
  expect(plan(saying(waits(1), { ledger: open })).absentDrifts).toEqual(over());
});

test('it is over without a word when the session is gone, or its entry is', () => {
  const killed = { sockets: new Map([[defaultSocket, listed([aSession('other')])]]), panes: deadPids(1001) };
  const gone = plan(aWorld({ entries, observation: killed, ledger: open }));
  expect(gone.absentDrifts).toEqual(over());
  expect(plan(aWorld({ entries: [], observation: killed, ledger: open })).absentDrifts).toEqual(over());
});

test('while its pane, or what its agent does, cannot be seen, nothing is said', () => {
  const blind = aWorld({ entries, observation: { sockets: new Map([[defaultSocket, hung]]) }, ledger: open });
  expect(plan(blind).absentDrifts).toEqual(undecided);
  expect(plan(saying({ status: null }, { ledger: open })).absentDrifts).toEqual(undecided);
});

test('an agent that does not say since when: since it was first seen to wait', () => {
  const record = { status: 'waiting', waitingFor: null } as const;
  const first = plan(saying(record));
  expect(first.drifts).toEqual([]);
  expect(first.nextMemory.entries[named(name)]?.waitingSince).toBe(now);
  const entryMemory = { ...anEntryMemory(name), waitingSince: now - 6 * minute };
  const formerMemory = { entries: { [named(name)]: entryMemory } };
  expect(plan(saying(record, { formerMemory })).drifts).toMatchObject([
    { message: `${name}: needs you since at least 2026-07-01T08:54:30Z.` },
  ]);
  expect(plan(saying({ status: 'busy' }, { formerMemory })).nextMemory.entries[named(name)]).not.toHaveProperty(
    'waitingSince',
  );
});

test('without its memory it goes on with what was told, in the next pass too', () => {
  const record = { status: 'waiting', waitingFor: null } as const;
  const first = plan(saying(record, { ledger: open }));
  expect(first).toMatchObject({ drifts: [{ key }], absentDrifts: [] });
  const second = plan(saying(record, { ledger: open, formerMemory: first.nextMemory }));
  expect(second).toMatchObject({ drifts: [{ key }], absentDrifts: [] });
});

test.each([
  ['ahead, so that the agent seems to have started after it began to wait', 8 * 60, longAgo + 7 * 60 * minute],
  ['back', -8 * 60, longAgo - 8 * 60 * minute],
])('what was told goes on where the clock was set %s', (_, minutes, startedAt) => {
  const began = now - (10 + minutes) * minute;
  const memory = { formerMemory: { entries: { [named(name)]: { ...anEntryMemory(name), waitingSince: began } } } };
  const world = saying({ ...waits(0), statusUpdatedAt: began }, { ledger: open, ...memory });
  const panesNow = trees(aTree(aProcess(1001, { startedAt })));
  const first = plan({ ...world, observation: { ...world.observation, panes: panesNow } });
  expect(first).toMatchObject({ drifts: [{ key }], absentDrifts: [] });
});

test('in a container that tells that its processes start later than now, it is told as elsewhere', () => {
  const world = saying(waits(5), { formerMemory: { entries: { [named(name)]: anEntryMemory(name) } } });
  const panesNow = trees(aTree(aProcess(1001, { startedAt: now + 600 * minute })));
  const seen = plan({ ...world, observation: { ...world.observation, panes: panesNow } });
  expect(seen.drifts).toMatchObject([{ message: `${name}: needs you since 2026-07-01T08:55:30Z: permission prompt.` }]);
});

test('a time ahead of the clock counts as now', () => {
  expect(plan(saying(waits(-0.5))).nextMemory.entries[named(name)]?.waitingSince).toBe(now);
});

test.each([
  ['no time', 0],
  ['a time long before its agent started', longAgo - 50 * minute],
  ['a time far ahead', now + 50 * minute],
])('%s is not believed, of its record and of its report: it waits since it was first seen to', (_, since) => {
  const memory = (waitingSince: number) => ({
    formerMemory: { entries: { [named(name)]: { ...anEntryMemory(name), waitingSince } } },
  });
  const ofRecord = (world: World = {}) => saying({ status: 'waiting', statusUpdatedAt: since }, world);
  const waiting = { activity: 'waiting', waiting: { for: null, since }, since } as const;
  const ofReport = (world: World = {}) =>
    aWorld({
      entries,
      observation: { sockets, panes, claude: claudeLook(), reports: new Map([[1001, aReport({ activity: waiting })]]) },
      ...world,
    });
  for (const world of [ofRecord, ofReport]) {
    const first = plan(world());
    expect(first.verdicts).toMatchObject([
      { activity: 'waiting', waiting: { for: null, since: null }, activitySince: null },
    ]);
    expect(first.drifts).toEqual([]);
    expect(plan(world(memory(now - 6 * minute))).drifts).toMatchObject([
      { message: `${name}: needs you since at least 2026-07-01T08:54:30Z.` },
    ]);
    expect(plan(world(memory(since))).drifts, 'a former version remembered it').toEqual([]);
  }
});

test('a background session is as old as the boot at most', () => {
  const record = { status: 'waiting', kind: 'bg', jobId: 'job-1' } as const;
  const shown = (statusUpdatedAt: number) => {
    const live = new Map([[1001, claudeLive(1001, id, { parkedJobId: 'job-1' })]]);
    const foreign = new Map([[2002, claudeLive(2002, id, { ...record, statusUpdatedAt })]]);
    return plan(aWorld({ entries, observation: { sockets, panes, claude: claudeLook({ live, foreign }) } })).verdicts;
  };
  expect(shown(longAgo - 50 * minute)).toMatchObject([{ activitySince: longAgo - 50 * minute }]);
  expect(shown(longAgo - 30 * 24 * 60 * minute)).toMatchObject([{ activity: 'waiting', activitySince: null }]);
});

test.each([
  ['for good', { settings: { attention: { ...settings.attention, snoozed: [name] } } }, {}],
  ['for a while', {}, { snoozed: new Map([[name, now + 1]]) }],
])('a session that is snoozed %s is not told, and what was told closes silently', (_, world, ledger) => {
  const made = plan(saying(waits(50), { ...world, ledger: { ...open, ...ledger } }));
  expect(made).toMatchObject({ drifts: [], absentDrifts: over() });
  const later = plan(saying({ status: 'busy' }, { ...world, ledger: { ...open, ...ledger } }));
  expect(later.absentDrifts).toEqual(over());
});

test('it is told once the time is over', () => {
  expect(plan(saying(waits(50), { ledger: { snoozed: new Map([[name, now]]) } })).drifts).toHaveLength(1);
});

test('an entry that says terminated asks for nothing', () => {
  const terminated = [anEntry(name, { ids: idsOf({ own: id }), status: 'terminated', terminatedAt: now - 1 })];
  const { drifts } = plan(saying(waits(50), { entries: terminated }));
  expect(drifts.map(({ kind }) => kind)).not.toContain('needs-you');
});
