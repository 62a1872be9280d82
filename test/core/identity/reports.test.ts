import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../src/core/model/entry.ts';
import type { Memory } from '../../../src/core/model/memory.ts';
import type { AgentReport } from '../../../src/core/model/report.ts';
import type { ClaudeLive, Transcript } from '../../../src/agents/claude/observation.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import type { Process } from '../../../src/core/model/observation.ts';
import {
  aPane,
  aProcess,
  aReport as reportWith,
  aSession,
  aTranscript,
  aTree,
  aWorld,
  anEntry,
  anEntryMemory,
  claudeLive,
  claudeLook,
  defaultSocket,
  idsOf,
  listed,
  longAgo,
  now,
  trees,
} from '../world.ts';
import { named, socketAt } from '../../named.ts';

const uuid = (digit: number): string => `${digit}0000000-0000-4000-8000-00000000000${digit}`;
const [idA, idB, idC] = [uuid(1), uuid(2), uuid(3)];
const agent = aProcess(1001);

const aReport = (change: Partial<AgentReport> = {}): AgentReport => reportWith({ id: idB, ...change });

interface Story {
  readonly recorded?: string | null;
  readonly process?: Process;
  readonly report?: AgentReport | null;
  /** Its live record; absent: none is kept. */
  readonly record?: Partial<ClaudeLive>;
  readonly files?: readonly Transcript[];
  readonly below?: Process;
  readonly belowSays?: AgentReport;
  /** The conversation that it was proven to run before, by a report. */
  readonly ran?: string;
  readonly more?: Partial<Entry>;
}

/** Returns what a pass says of a session with one Claude. */
function judged({ recorded = null, process = agent, report = aReport(), record, ...story }: Story = {}) {
  const old = { version: '2.1.100' };
  const { files = [aTranscript(idA, old), aTranscript(idB, old)], below, belowSays } = story;
  const live = record === undefined ? [] : [[process.pid, claudeLive(process.pid, idA, { ...record })] as const];
  const said = new Map<number, AgentReport>();
  if (report !== null) said.set(process.pid, report);
  if (below !== undefined && belowSays !== undefined) said.set(below.pid, belowSays);
  const root = { path: '/home/me/.claude', exists: true, keepsRecords: record !== undefined, cleanupDays: 30 };
  const { drifts, verdicts } = plan(
    aWorld({
      entries: [anEntry('shop', { ids: idsOf({ own: recorded }), pane: null, ...story.more })],
      observation: {
        sockets: new Map([[defaultSocket, listed([aSession('shop', { panes: [aPane(1001, { id: '%1' })] })])]]),
        panes: trees(aTree(process, { descendants: below === undefined ? [] : [below] })),
        claude: claudeLook({
          roots: [root],
          live: new Map(live),
          transcripts: new Map([['/home/me/lab', files]]),
          artifacts: new Map(files.map((one) => [one.id, one])),
        }),
        reports: said,
      },
      ...(story.ran === undefined ? {} : { formerMemory: ranBefore(story.ran) }),
      looksAgain: 1,
    }),
  );
  const [verdict] = verdicts;
  const edits = drifts.flatMap((drift) => drift.edits);
  return {
    id: verdict?.identity?.id ?? null,
    proof: verdict?.identity?.proof ?? null,
    not: verdict?.notProven ?? null,
    activity: verdict?.activity ?? null,
    keys: drifts.map(({ key }) => key),
    told: drifts.map(({ message }) => message),
    written: edits.flatMap((edit) => (edit.op === 'set' && /session_id/.test(edit.path.join('.')) ? [edit.to] : [])),
  };
}

function ranBefore(id: string): Pick<Memory, 'entries'> {
  const memory = anEntryMemory('shop');
  const { pid, start } = agent;
  return { entries: { [named('shop')]: { ...memory, agent: { pid, start, id, proof: 'report', root: null } } } };
}

describe('an agent without a record of its own', () => {
  test('runs the conversation that it reported, also where its arguments name another', () => {
    expect(judged()).toMatchObject({ id: idB, proof: 'report', written: [idB] });
    const resumed = aProcess(1001, { argv: ['claude', '--resume', idA] });
    expect(judged({ process: resumed, recorded: idA })).toMatchObject({ id: idB, written: [idB] });
    expect(judged({ process: resumed, recorded: idA, report: null })).toMatchObject({ id: idA, proof: 'arguments' });
  });

  test('its id is not written before its file is there', () => {
    expect(judged({ files: [aTranscript(idA)] })).toMatchObject({ id: idB, written: [] });
  });

  test.each<[string, Partial<AgentReport>]>([
    ['names no conversation', { id: null }],
    ['is of a headless run', { isInteractive: false }],
    ['names another pane', { paneId: '%7' }],
    ['names another server', { paneId: '%1', socket: socketAt('/tmp/tmux-1000/other') }],
    ['is of a fork, which may name its parent', { beganBy: 'fork' }],
  ])('a report that %s proves nothing', (_what, change) => {
    expect(judged({ report: aReport(change) })).toMatchObject({ id: null, written: [] });
  });

  test('one that changes its conversation all the time proves none, and is told once, whatever it named last', () => {
    const restless = (id: string) => judged({ recorded: idA, report: aReport({ id, isRestless: true }) });
    expect(restless(idB)).toMatchObject({ id: null, written: [] });
    expect(restless(idB).told).toEqual([expect.stringContaining('one conversation after the other')]);
    expect([restless(idC).keys, restless(idA).keys]).toEqual([restless(idB).keys, restless(idB).keys]);
  });

  test('a fork that reports its parent does not run it', () => {
    const fork = aProcess(1001, { argv: ['claude', '--resume', idB, '--fork-session'] });
    expect(judged({ process: fork })).toMatchObject({ id: null, written: [] });
    expect(judged({ process: fork, report: aReport({ id: idA }) })).toMatchObject({ id: idA });
  });

  test('a conversation that it reported as ended is not its own any more, whatever its arguments say', () => {
    const resumed = aProcess(1001, { argv: ['claude', '--resume', idA] });
    const report = aReport({ eventName: 'SessionEnd', isEnd: true, id: idA });
    expect(judged({ process: resumed, report })).toMatchObject({
      id: null,
      not: 'it reported that its conversation has ended',
    });
  });

  test('a report that came before the id was written does not change it', () => {
    expect(judged({ recorded: idA, report: aReport({ at: longAgo - 3_600_000 * 5 }) })).toMatchObject({
      written: [],
      not: 'its last report is older than the recorded id',
    });
  });

  test('a report of an unknown time changes no id: another one may have been written since', () => {
    expect(judged({ report: aReport({ at: null }) })).toMatchObject({ id: idB, written: [idB] });
    expect(judged({ recorded: idB, report: aReport({ at: null }) })).toMatchObject({ id: idB, proof: 'report' });
    expect(judged({ recorded: idA, report: aReport({ at: null }) })).toMatchObject({
      written: [],
      not: 'its last report may be older than the recorded id: its time cannot be true',
    });
  });

  test('a report that names its own pane and server proves its conversation', () => {
    expect(judged({ report: aReport({ paneId: '%1', socket: defaultSocket }) })).toMatchObject({ id: idB });
  });

  test('a conversation that /clear began since may be its own, though its hook was silent', () => {
    const cleared = aTranscript(idC, { version: '2.1.100', bornAt: now - 500, beginning: { kind: 'clear' } });
    const files = [aTranscript(idB, { version: '2.1.100' }), cleared];
    expect(judged({ files, report: aReport({ at: now - 60_000 }) })).toMatchObject({ written: [] });
    expect(judged({ files, report: aReport({ at: now }) })).toMatchObject({ id: idB });
  });

  test('a nested run in the same pane reports for itself alone', () => {
    const below = aProcess(2000, { ppid: 1001, tty: 0, argv: ['claude', '-p', 'go'] });
    expect(judged({ below, belowSays: aReport({ id: idC }), report: null })).toMatchObject({ id: null, written: [] });
    expect(judged({ below, belowSays: aReport({ id: idC }) })).toMatchObject({ id: idB, written: [idB] });
    // A wrapper does not say that the run has no user: its arguments do.
    expect(judged({ below, belowSays: aReport() })).toMatchObject({ id: idB, written: [idB] });
  });
});

describe('beside a record', () => {
  test('a record that is kept true wins', () => {
    const record = { version: '2.1.332' };
    expect(judged({ record })).toMatchObject({ id: idA, proof: 'record', written: [idA] });
  });

  test('one of 2.1.123 does not follow /clear: the report of it says more', () => {
    const version = '2.1.123';
    const record = { version };
    expect(judged({ record, recorded: idA, report: aReport({ beganBy: 'clear' }) })).toMatchObject({
      id: idB,
      proof: 'report',
      written: [idB],
    });
    const files = [aTranscript(idA, { version }), aTranscript(idB, { version, beginning: { kind: 'clear' } })];
    expect(judged({ record, recorded: idA, files })).toMatchObject({ id: idB, proof: 'report' });
    expect(judged({ record, recorded: idA })).toMatchObject({ written: [] });
  });

  test('one of 2.1.123 and a report that name the same one prove it, whatever came before', () => {
    const version = '2.1.123';
    const cleared = aTranscript(idB, { version, bornAt: now - 9000, beginning: { kind: 'clear' } });
    const files = [aTranscript(idA, { version }), cleared];
    const both = (id: string) => ({ record: { version, sessionId: id }, report: aReport({ id, beganBy: 'resume' }) });
    const branch = aTranscript(idC, { version, beginning: { kind: 'branch', parent: idB } });
    const proven = (id: string) => ({ id, proof: 'report', written: [id] });
    const branched = { recorded: idB, ran: idB, files: [...files, branch] };
    expect(judged({ ...both(idC), ...branched }), '/branch').toMatchObject(proven(idC));
    const fork = aReport({ id: idC, beganBy: 'fork' });
    expect(judged({ ...both(idC), report: fork, ...branched }), '/branch, told as a fork').toMatchObject({
      id: idC,
      written: [idC],
    });
    expect(judged({ ...both(idA), recorded: idB, ran: idB, files }), '/resume back').toMatchObject(proven(idA));
    const another = aProcess(1001, { start: '77' });
    expect(judged({ ...both(idA), process: another, recorded: idB, ran: idB, files }), 'a new Claude').toMatchObject(
      proven(idA),
    );
  });

  test('one of 2.1.123 that names a branch of what was reported: the next prompt tells', () => {
    const version = '2.1.123';
    const branchOf = (parent: string) => ({ version, beginning: { kind: 'branch', parent } as const });
    const files = [aTranscript(idB, { version, beginning: { kind: 'clear' } }), aTranscript(idA, branchOf(idC))];
    for (const beganBy of ['clear', null]) {
      const branched = { record: { version }, report: aReport({ beganBy }), recorded: uuid(5) };
      const direct = [...files.slice(0, 1), aTranscript(idA, branchOf(idB))];
      const not = 'its record names a branch of the conversation of its last report; its next prompt will tell which';
      expect(judged({ ...branched, files: direct })).toMatchObject({ written: [], not });
      expect(judged({ ...branched, files: [...files, aTranscript(idC, branchOf(idB))] })).toMatchObject({ not });
      expect(judged({ ...branched, files: [...files, aTranscript(idC, branchOf(idA))] })).toMatchObject({ id: idB });
    }
    const begun = [aTranscript(idB, { version }), aTranscript(idA, branchOf(idB))];
    const replaced = judged({ record: { version }, recorded: idB, files: begun });
    expect(replaced, 'a branch of what no /clear began replaces it').toMatchObject({ id: idA, written: [idA] });
  });

  test('one of 2.1.123 and an older report of the same one prove nothing against a later /clear', () => {
    const version = '2.1.123';
    const cleared = aTranscript(idB, { version, bornAt: now - 500, beginning: { kind: 'clear' } });
    const files = [aTranscript(idA, { version }), cleared];
    const report = aReport({ id: idA, at: now - 60_000 });
    expect(judged({ record: { version }, report, recorded: idC, files })).toMatchObject({ id: null, written: [] });
  });

  test.each(['2.1.124', '2.1.127'])(
    'of one of %s it is not known what it is worth: no report lets write',
    (version) => {
      const record = { version };
      for (const recorded of [null, idA]) {
        for (const report of [aReport({ beganBy: 'clear' }), aReport({ id: idA })]) {
          expect(judged({ record, recorded, report })).toMatchObject({ id: null, written: [] });
        }
      }
    },
  );
});

describe('what it does', () => {
  const waiting: AgentReport['activity'] = {
    activity: 'waiting',
    waiting: { for: 'question', since: now },
    since: now,
  };

  test('is what it reported, where its own files do not say', () => {
    expect(judged({ report: aReport({ activity: waiting }) }).activity).toBe('waiting');
    const record = { version: '2.1.332', status: 'busy' } as const;
    expect(judged({ record, report: aReport({ activity: waiting }) }).activity).toBe('working');
  });
});
