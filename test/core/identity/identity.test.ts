import { describe, expect, test } from 'vitest';
import { claudeRootOf } from '../../../src/agents/claude/claude-process.ts';
import type { Entry } from '../../../src/core/model/entry.ts';
import type { Proof } from '../../../src/core/model/proof.ts';
import type { Memory } from '../../../src/core/model/memory.ts';
import type { ClaudeLive, ClaudeObservation, Transcript } from '../../../src/agents/claude/observation.ts';
import type { Observation, Process } from '../../../src/core/model/observation.ts';
import { need } from '../../../src/core/plan/need.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import type { Plan } from '../../../src/core/model/plan.ts';
import {
  aPane,
  aProcess,
  aRegistry,
  aSession,
  aTranscript,
  aTree,
  aWorld,
  anEntry,
  agyLook,
  claudeLive,
  claudeLook,
  defaultSocket,
  listed,
  longAgo,
  now,
  settings,
  trees,
  type World,
  idsOf,
} from '../world.ts';
import { named } from '../../named.ts';

const uuid = (digit: number): string => `${digit}0000000-0000-4000-8000-00000000000${digit}`;
const [idA, idB, idC] = [uuid(1), uuid(2), uuid(3)];
const folder = '/home/me/lab';
const root = { path: '/home/me/.claude', exists: true, keepsRecords: true, cleanupDays: 30 };
const agentA = aProcess(1001);
const agentB = aProcess(1002);

/** `idA` rests; `idB` was begun later and is the last that grew. */
const later = { bornAt: now - 60_000, mtime: now - 1000 };
const both = [aTranscript(idA), aTranscript(idB, later)];
/** The same for a version that keeps no live records. */
const old = { version: '2.1.100' };
const oldBoth = [aTranscript(idA, old), aTranscript(idB, { ...later, ...old })];
const cleared = { ...later, beginning: { kind: 'clear' } } as const;

function records(id: string | null): Entry['ids'] {
  return idsOf({ own: id });
}

function liveRecord(process: Process, sessionId: string, more: Partial<ClaudeLive> = {}): ClaudeObservation['live'] {
  const path = `/home/me/.claude/sessions/${process.pid}.json`;
  const { pid, cwd, startedAt, start: procStart } = process;
  return new Map([[pid, claudeLive(pid, sessionId, { cwd, startedAt, procStart, status: 'idle', path, ...more })]]);
}

function inSessions(agents: Readonly<Record<string, Process>>): Pick<Observation, 'sockets' | 'panes'> {
  const sessions = Object.entries(agents).map(([name, { pid }], index) =>
    aSession(name, { id: `$${index}`, panes: [aPane(pid)] }),
  );
  return {
    sockets: new Map([[defaultSocket, listed(sessions)]]),
    panes: trees(...Object.values(agents).map((process) => aTree(process))),
  };
}

/** Plans for a folder in which these agents live, each in the session of its letter. */
function planned(
  entries: readonly Entry[],
  agents: Readonly<Record<string, Process>>,
  claude: Partial<ClaudeObservation> & { readonly files?: readonly Transcript[] } = {},
  more: Partial<World> = {},
): Plan {
  const { files = both, ...look } = claude;
  return plan(
    aWorld({
      entries: entries.map((one) => ({ ...one, pane: null })),
      observation: {
        ...inSessions(agents),
        claude: claudeLook({
          roots: [root],
          transcripts: new Map([[folder, files]]),
          artifacts: new Map(files.map((one) => [one.id, one])),
          ...look,
        }),
      },
      looksAgain: 1,
      ...more,
    }),
  );
}

/** Returns the ids that are written, a line each. */
function written(...world: Parameters<typeof planned>): readonly string[] {
  return planned(...world)
    .drifts.flatMap((drift) => drift.edits)
    .flatMap((edit) =>
      edit.op === 'set' && /session_id|conversation_id/.test(edit.path.join('.'))
        ? [`${edit.entry.session} ${String(edit.to)}`]
        : [],
    );
}

/** Returns the candidates that are told, a line each. */
function doubts(...world: Parameters<typeof planned>): readonly string[] {
  return planned(...world)
    .drifts.filter(({ kind }) => kind === 'identity-ambiguous')
    .map(({ message }) => /It could be (.*)\. Write/.exec(message)?.[1] ?? message);
}

/** Returns the memory of a process whose conversation an earlier pass proved. */
function ranOnce(id: string, proof: Proof, process = agentA): Pick<World, 'formerMemory'> {
  const agent = { pid: process.pid, start: process.start, id, proof, root: claudeRootOf(process) };
  const memory = { workspace: 'lab', textHash: 'text of a', textSince: longAgo, bootId: null, seen: null, agent };
  return { formerMemory: { entries: { [named('a')]: { ...memory, shellSince: null, formerVisibleStatus: null } } } };
}

describe('its own live record', () => {
  const a = anEntry('a', { ids: records(idA) });
  const live = liveRecord(agentA, idA);

  test.each([
    ['rests while another conversation of the folder grows', aTranscript(idB, later)],
    ['is younger than one that began with /clear', aTranscript(idB, cleared)],
    ['was written by a headless run', aTranscript(idB, { ...later, entrypoint: 'sdk-cli' })],
    ['is of another config root', aTranscript(idB, { ...later, root: '/alt' })],
  ])('is never contradicted by a transcript: one that %s', (_what, other) => {
    for (const version of ['2.1.128', '2.1.332', '3.0.0', null]) {
      const look = { live: liveRecord(agentA, idA, { version }), files: [aTranscript(idA), other] };
      expect(written([a], { a: agentA }, look)).toEqual([]);
      expect(doubts([a], { a: agentA }, look)).toEqual([]);
      expect(written([anEntry('a')], { a: agentA }, look)).toEqual([`a ${idA}`]);
    }
  });

  test('is followed to whatever it names, once the file is there', () => {
    expect(written([a], { a: agentA }, { live: liveRecord(agentA, idB) })).toEqual([`a ${idB}`]);
    expect(written([a], { a: agentA }, { live: liveRecord(agentA, idC) })).toEqual([]);
  });

  test('of a version that is not measured proves nothing, and is told where it would change something', () => {
    for (const version of ['2.1.124', '2.1.127', 'a build of my own']) {
      const look = { live: liveRecord(agentA, idB, { version }) };
      expect(written([a], { a: agentA }, look)).toEqual([]);
      expect(doubts([a], { a: agentA }, look)).toEqual([`${idB} or still ${idA}`]);
      expect(doubts([a], { a: agentA }, { live: liveRecord(agentA, idA, { version }) })).toEqual([]);
    }
  });

  test('that names another pane than the one we look at proves nothing', () => {
    const witness = (paneId: string) => ({ live: liveRecord(agentA, idB, { tmux: { windowId: '@9', paneId } }) });
    expect(written([a], { a: agentA }, witness('%1001'))).toEqual([`a ${idB}`]);
    expect(written([a], { a: agentA }, witness('%7'))).toEqual([]);
    expect(written([anEntry('a')], { a: agentA }, witness('%7'))).toEqual([]);
  });

  test('of a conversation that was moved to the background names none, and shows what that session does', () => {
    const parked = liveRecord(agentA, idA, { parkedJobId: 'job', status: 'idle' });
    const job = claudeLive(7007, idB, { kind: 'bg', jobId: 'job', status: 'busy' });
    const look = { live: parked, foreign: new Map([[7007, job]]) };
    expect(planned([a], { a: agentA }, look).drifts).toEqual([]);
    expect(planned([anEntry('a')], { a: agentA }, look).drifts).toEqual([]);
    expect(planned([a], { a: agentA }, look).verdicts).toMatchObject([{ activity: 'working' }]);
    expect(planned([a], { a: agentA }, { live: parked }).verdicts).toMatchObject([{ activity: null }]);
  });

  test('of a conversation that was moved to the background is remembered, until that one is back', () => {
    const parked = liveRecord(agentA, idA, { parkedJobId: 'job' });
    const job = new Map([[7007, claudeLive(7007, idB, { kind: 'bg', jobId: 'job' })]]);
    const moved = planned([a], { a: agentA }, { live: parked, foreign: job }).nextMemory;
    const then = (agents: Readonly<Record<string, Process>>, claude: Parameters<typeof planned>[2]) =>
      planned([a], agents, claude, { formerMemory: moved }).nextMemory.entries[named('a')]?.movedOn;
    expect(moved.entries[named('a')]?.movedOn).toEqual({ from: idA, to: idB });
    expect(then({ a: agentA }, { live: parked })).toEqual({ from: idA, to: idB });
    expect(then({}, {})).toEqual({ from: idA, to: idB });
    expect(then({ a: agentB }, { live: liveRecord(agentB, idC) })).toEqual({ from: idA, to: idB });
    expect(then({ a: agentB }, { live: liveRecord(agentB, idA) })).toBeUndefined();
    expect(need(aRegistry([a]), moved, settings).resumable).toMatchObject([{ ids: [idA, idB] }]);
  });

  test('of another process below the agent is not its own', () => {
    const below = (more: Partial<ClaudeLive>, fields: Partial<Process> = {}) => {
      const child = aProcess(1002, { ppid: 1001, processGroup: 1001, foregroundGroup: 1001, ...fields });
      const panes = trees(aTree(agentA, { descendants: [child] }));
      const claude = claudeLook({
        live: new Map([...live, ...liveRecord(child, idB, more)]),
        artifacts: new Map(both.map((one) => [one.id, one])),
      });
      const entries = [anEntry('a', { ids: records(null), pane: null })];
      return plan(
        aWorld({ entries, observation: { ...inSessions({ a: agentA }), panes, claude }, looksAgain: 1 }),
      ).drifts.flatMap(({ edits }) => edits.map((edit) => (edit.op === 'set' ? edit.to : null)));
    };
    expect(below({ entrypoint: 'sdk-cli' })).toEqual([idA]);
    expect(below({}, { argv: ['claude', '-p', 'hello'] })).toEqual([idA]);
    expect(below({ kind: 'bg' }, { argv: ['claude.exe', 'bg-spare'] })).toEqual([idA]);
    expect(below({})).toEqual([idA]);
  });
});

describe('a record that is stale after /clear (up to 2.1.123)', () => {
  const a = anEntry('a', { ids: records(idA) });
  const version = '2.1.123';
  const live = liveRecord(agentA, idA, { version, updatedAt: now - 500 });
  const first = aTranscript(idA, { version });
  const second = aTranscript(idB, { ...cleared, version });
  const files = [first, second];

  test('is outweighed by the only conversation that /clear began since, which the agent goes on with', () => {
    expect(written([a], { a: agentA }, { live, files })).toEqual([`a ${idB}`]);
    expect(written([anEntry('a')], { a: agentA }, { live, files })).toEqual([`a ${idB}`]);
    const then = anEntry('a', { ids: records(idB), lineage: [{ id: idA, until: null, reason: null }] });
    expect(planned([then], { a: agentA }, { live, files }).drifts).toEqual([]);
    const third = aTranscript(idC, { ...cleared, version, bornAt: now - 900 });
    const rests = { ...second, mtime: now - 5000 };
    const files3 = [first, rests, third];
    const atRest = liveRecord(agentA, idA, { version, updatedAt: now - 4900 });
    expect(written([then], { a: agentA }, { live: atRest, files: files3 })).toEqual([]);
    expect(written([then], { a: agentA }, { live, files: files3 })).toEqual([`a ${idC}`]);
    // Written at another time, so another agent wrote it.
    const visited = [first, rests, { ...third, mtime: now - 3000 }];
    expect(written([then], { a: agentA }, { live, files: visited })).toEqual([]);
  });

  test.each<readonly [string, Partial<Transcript>]>([
    ['one that does not begin with /clear', { beginning: { kind: 'unknown' } }],
    ['a headless run', { entrypoint: 'sdk-cli' }],
    ['a background session', { isBackground: true }],
    ["another config root's", { root: '/alt' }],
    ['one of another version', { version: '2.1.332' }],
    ['one begun before the agent was', { bornAt: longAgo - 1000 }],
  ])('is not outweighed by %s', (_what, fields) => {
    const look = { live, files: [first, { ...second, ...fields }] };
    expect(written([a], { a: agentA }, look)).toEqual([]);
    expect(written([anEntry('a')], { a: agentA }, look)).toEqual([`a ${idA}`]);
  });

  test('is not outweighed by what another process could have begun, living or gone', () => {
    const both = { a: agentA, 'x-creator-claude': agentB };
    expect(written([a], both, { live, files })).toEqual([]);
    expect(doubts([a], both, { live, files })).toEqual([`${idB} or still ${idA}`]);
    expect(written([a], { a: agentA }, { live, files, foreign: liveRecord(agentB, idC, { version }) })).toEqual([]);
    const visitors = aTranscript(idC, { ...later, version });
    expect(written([a], { a: agentA }, { live, files: [...files, visitors] })).toEqual([]);
    // The agent itself has done nothing since.
    const rests = liveRecord(agentA, idA, { version, updatedAt: now - 90_000 });
    expect(planned([a], { a: agentA }, { live: rests, files }).drifts).toEqual([]);
    // It went on with the conversation that its record names.
    const grows = { ...first, mtime: now - 600 };
    expect(planned([a], { a: agentA }, { live, files: [grows, second] }).drifts).toEqual([]);
  });

  test('follows /branch: its copy takes the place of what it was copied from, one that began with /clear too', () => {
    const branched = liveRecord(agentA, idC, { version, updatedAt: now - 500 });
    const copyOf = (parent: string) =>
      aTranscript(idC, { version, mtime: now - 500, beginning: { kind: 'branch', parent } });
    expect(written([a], { a: agentA }, { live: branched, files: [first, copyOf(idA)] })).toEqual([`a ${idC}`]);
    const then = anEntry('a', { ids: records(idB), lineage: [{ id: idA, until: null, reason: null }] });
    const both = [first, second, copyOf(idB)];
    expect(written([then], { a: agentA }, { live: branched, files: both })).toEqual([`a ${idC}`]);
    expect(written([anEntry('a')], { a: agentA }, { live: branched, files: both })).toEqual([`a ${idC}`]);
    // The copy is of another conversation, so it is only told.
    const other = { live: branched, files: [first, copyOf(idB)] };
    expect(written([a], { a: agentA }, other)).toEqual([]);
    expect(doubts([a], { a: agentA }, other)).toEqual([`${idC} or still ${idA}`]);
    // Arguments alone prove nothing of it.
    const started = aProcess(1001, { argv: ['claude', '--resume', idC] });
    expect(written([a], { a: started }, { files: [first, copyOf(idA)] })).toEqual([]);
  });

  test('does not hide that /clear led on from a branch', () => {
    const branched = liveRecord(agentA, idC, { version, updatedAt: now - 500 });
    const copy = aTranscript(idC, { version, mtime: now - 5000, beginning: { kind: 'branch', parent: idA } });
    const look = { live: branched, files: [first, copy, second] };
    expect(written([a], { a: agentA }, look)).toEqual([`a ${idB}`]);
    const rests = liveRecord(agentA, idC, { version, updatedAt: now - 90_000 });
    expect(planned([a], { a: agentA }, { ...look, live: rests }).drifts).toEqual([]);
  });

  test('of a conversation that has no file yet proves nothing, and is not told', () => {
    const artifacts = new Map([[idA, first] as const, [idC, null] as const]);
    const hides = { kind: 'conversations', id: null } as const;
    const closed = [{ path: '/closed', reason: 'may not be read', cure: '', hides }];
    for (const of of [version, '2.1.125']) {
      const look = { live: liveRecord(agentA, idC, { version: of }), files: [first], artifacts };
      expect(planned([a], { a: agentA }, look).drifts).toEqual([]);
      expect(doubts([a], { a: agentA }, { ...look, artifacts: new Map([[idA, first]]), unreadable: closed })).toEqual([
        `${idC} or still ${idA}`,
      ]);
    }
  });

  test('proves nothing while the agent works in another folder than its conversation', () => {
    const elsewhere = { files: [], artifacts: new Map([[idA, first]]) };
    expect(written([anEntry('a')], { a: agentA }, { live, ...elsewhere })).toEqual([]);
    expect(written([anEntry('a')], { a: agentA }, { live, files: [first] })).toEqual([`a ${idA}`]);
  });

  test('does not take the place of a recorded id by itself', () => {
    const look = {
      live: liveRecord(agentA, idB, { version }),
      files: [first, { ...second, beginning: { kind: 'unknown' } as const }],
    };
    expect(written([a], { a: agentA }, look)).toEqual([]);
    expect(doubts([a], { a: agentA }, look)).toEqual([`${idB} or still ${idA}`]);
  });
});

describe('its arguments', () => {
  const a = anEntry('a');
  const startedWith = (...words: readonly string[]) => ({ a: aProcess(1001, { argv: ['claude', ...words] }) });

  test.each([
    [['--session-id', idA], idA],
    [[`--session-id=${idA}`], idA],
    [['--resume', idA], idA],
    [['-r', idA, 'go on'], idA],
    [['--resume', idA.toUpperCase()], idA],
    [['--model', 'opus', '--resume', idA], idA],
    [['--resume', idA, '--fork-session', '--session-id', idB], idB],
    [['--session-id', idB, '--resume', idA, '--fork-session'], idB],
    [['--resume', idA, '--fork-session'], null],
    [['--resume', idA, '--bg'], null],
    [['--continue'], null],
    [['--resume', 'a title'], null],
    [['--append-system-prompt', `--resume ${idA}`], null],
    [['--append-system-prompt', '--resume', idA], null],
    [['attach', idA], null],
    [['--', '--resume', idA], null],
    [['-p', '--resume', idA], null],
    [['-cp', '--resume', idA], null],
    [['--add-dir', 'one', 'attach', '--resume', idA], idA],
    [['--mcp-config', 'a.json', 'b.json', '--allowedTools', 'Bash', 'mcp', '--resume', idA], idA],
    [['--tools', '--resume', idA], null],
    [['--autocompact', '50', '--remote-control', 'stop', '--resume', idA], idA],
    [['--environment', '--resume', idA], null],
    [['--cloud', '--resume', idA], idA],
    [['--add-dir=one', 'stop', '--resume', idA], null],
    ...['auto-mode', 'gateway', 'import', 'kill', 'purge', 'respawn', 'rm', 'stop', 'ultrareview'].map(
      (command) => [[command, '--resume', idA], null] as [string[], null],
    ),
  ])('%j', (words, id) => {
    expect(written([a], startedWith(...words))).toEqual(id === null ? [] : [`a ${id}`]);
  });

  test('name the conversation of no agent while another process runs it', () => {
    const bg = new Map([[7007, claudeLive(7007, idA, { kind: 'bg', jobId: 'job' })]]);
    expect(written([a], startedWith('--resume', idA), { foreign: bg })).toEqual([]);
  });

  test('do not take the place of a recorded id, and are told only where no record is to come', () => {
    const held = anEntry('a', { ids: records(idB) });
    expect(planned([held], startedWith('--resume', idA)).drifts).toEqual([]);
    const without = { roots: [{ ...root, keepsRecords: false }] };
    expect(written([held], startedWith('--resume', idA), without)).toEqual([]);
    expect(doubts([held], startedWith('--resume', idA), without)).toEqual([`${idA} or still ${idB}`]);
  });

  test('are outweighed by a conversation that /clear began, where no record tells', () => {
    const files = [aTranscript(idA, old), aTranscript(idB, { ...cleared, ...old })];
    expect(written([anEntry('a', { ids: records(idA) })], startedWith('--resume', idA), { files })).toEqual([
      `a ${idB}`,
    ]);
  });
});

describe('a Claude without a record', () => {
  const a = anEntry('a');
  const files = oldBoth.slice(1);

  test('has no conversation yet where records are kept: what a visitor left is not its own, nor a doubt', () => {
    for (const fields of [{}, { entrypoint: 'sdk-cli' }, { isBackground: true }]) {
      const look = { files: [aTranscript(idB, { ...later, ...fields })] };
      expect(planned([a], { a: agentA }, look).drifts).toEqual([]);
      expect(planned([anEntry('a', { ids: records(idA) })], { a: agentA }, look).drifts).toEqual([]);
      expect(planned([a], { a: aProcess(1001, { argv: ['claude', 'attach', 'job'] }) }, look).drifts).toEqual([]);
    }
  });

  test.each<readonly [string, Partial<Transcript>, boolean]>([
    ['a version before them', { version: '2.1.116' }, true],
    ['no version', { version: null }, true],
    ['no folder of records', { version: '2.1.332' }, false],
  ])('has the only candidate where none can be expected: %s', (_why, fields, keepsRecords) => {
    const look = { roots: [{ ...root, keepsRecords }], files: [aTranscript(idB, { ...later, ...fields })] };
    expect(written([a], { a: agentA }, look)).toEqual([`a ${idB}`]);
    expect(planned([a], { a: agentA }, look).drifts).toMatchObject([{ proof: 'only-candidate' }]);
  });

  test.each<readonly [string, Partial<Transcript>]>([
    ['an IDE began', { entrypoint: 'claude-vscode' }],
    ['another config root holds', { root: '/alt' }],
    ['was begun before the agent', { bornAt: longAgo - 1000 }],
    ['may have been begun before the agent', { bornAt: longAgo + 900 }],
    ['tells no time', { bornAt: null }],
  ])('has none that %s', (_what, fields) => {
    expect(planned([a], { a: agentA }, { files: [aTranscript(idB, { ...later, ...old, ...fields })] }).drifts).toEqual(
      [],
    );
  });

  test('has none that may be one of two, and both are told', () => {
    const two = [aTranscript(idB, { ...later, ...old }), aTranscript(idC, { ...later, ...old })];
    expect(written([a], { a: agentA }, { files: two })).toEqual([]);
    expect(doubts([a], { a: agentA }, { files: two })).toEqual([`${idB} or ${idC}`]);
  });

  test('does not exchange a recorded id for one whose first lines do not say that it goes on', () => {
    const held = anEntry('a', { ids: records(idA) });
    expect(doubts([held], { a: agentA }, { files: oldBoth })).toEqual([`${idB} or still ${idA}`]);
    expect(written([held], { a: agentA }, { files: oldBoth })).toEqual([]);
    const begun = (beginning: Transcript['beginning']) => ({
      files: [aTranscript(idA, old), aTranscript(idB, { ...later, ...old, beginning })],
    });
    expect(written([held], { a: agentA }, begun({ kind: 'clear' }))).toEqual([`a ${idB}`]);
    expect(written([held], { a: agentA }, begun({ kind: 'branch', parent: idA }))).toEqual([`a ${idB}`]);
    expect(written([held], { a: agentA }, begun({ kind: 'branch', parent: idC }))).toEqual([]);
  });

  test('an empty id is not filled with what a terminated or ignored entry records', () => {
    const b = anEntry('b', { ids: records(idB) });
    expect(written([a, { ...b, status: 'terminated' }], { a: agentA }, { files })).toEqual([]);
    expect(written([a, { ...b, ignore: true }], { a: agentA }, { files })).toEqual([]);
    const held = { ...b, ids: records(idC), lineage: [{ id: idB.toUpperCase(), until: null, reason: null }] };
    expect(written([a, held], { a: agentA }, { files })).toEqual([]);
    expect(written([a], { a: agentA }, { files })).toEqual([`a ${idB}`]);
  });

  test('shares its folder with an agent in any pane, in the foreground or stopped, with an entry or without', () => {
    expect(written([a], { a: agentA, 'x-creator-claude': agentB }, { files })).toEqual([]);
    expect(written([a, anEntry('b', { ignore: true })], { a: agentA, b: agentB }, { files })).toEqual([]);
    const stopped = aProcess(1002, { foregroundGroup: 900 });
    expect(written([a], { a: agentA, 'x-creator-claude': stopped }, { files })).toEqual([]);
    expect(written([a], { a: agentA, b: aProcess(1002, { cwd: '/elsewhere' }) }, { files })).toEqual([`a ${idB}`]);
    const printing = aProcess(1002, { argv: ['claude', '-p', 'hello'] });
    expect(written([a], { a: agentA, b: printing }, { files })).toEqual([`a ${idB}`]);
  });

  test('shares it with a Claude in another terminal, and what that ran stays its own after its end', () => {
    expect(written([a], { a: agentA }, { files, foreign: liveRecord(agentB, idC) })).toEqual([]);
    const after = (formerMemory: Memory) => planned([a], { a: agentA }, { files }, { formerMemory });
    const outside = planned([a], { a: agentA }, { files, foreign: liveRecord(agentB, idB) }).nextMemory;
    expect(after(outside).drifts).toEqual([]);
    expect(after(outside).nextMemory.foreignConversations).toEqual([idB]);
    const b = anEntry('b', { ids: records(idB) });
    const { nextMemory } = planned([a, b], { a: agentA, b: agentB }, { files, live: liveRecord(agentB, idB) });
    expect(after(nextMemory).drifts).toEqual([]);
    expect(after(nextMemory).nextMemory.foreignConversations).toEqual([idB]);
    const forgotten = planned([a], { a: agentA }, { files: [] }, { formerMemory: outside });
    expect(forgotten.nextMemory.foreignConversations).toEqual([]);
  });

  test('shared it with an agent that is gone by now: what that began may be the only one', () => {
    const nextOf = (agents: Readonly<Record<string, Process>>) =>
      planned([a, anEntry('b')], agents, { files: [] }, {}).nextMemory;
    const alone = nextOf({ a: agentA });
    const together = nextOf({ a: agentA, b: agentB });
    expect(written([a, anEntry('b')], { a: agentA }, { files }, { formerMemory: alone })).toEqual([`a ${idB}`]);
    expect(written([a, anEntry('b')], { a: agentA }, { files }, { formerMemory: together })).toEqual([]);
    const after = planned([a, anEntry('b')], { a: agentA }, { files }, { formerMemory: together }).nextMemory;
    expect(written([a, anEntry('b')], { a: agentA }, { files }, { formerMemory: after })).toEqual([]);
    const restarted = aProcess(1001, { start: 'later' });
    expect(written([a, anEntry('b')], { a: restarted }, { files }, { formerMemory: after })).toEqual([]);
    const ended = anEntry('b', { status: 'terminated', terminatedAt: longAgo - 5000 });
    expect(written([a, ended], { a: restarted }, { files }, { formerMemory: after })).toEqual([`a ${idB}`]);
  });

  test('keeps the id that a person chose among several', () => {
    const chosen = anEntry('a', { ids: records(idA) });
    const since = (textSince: number): Pick<World, 'formerMemory'> => {
      const { [named('a')]: memory } = ranOnce(idA, 'only-candidate', aProcess(9009)).formerMemory?.entries ?? {};
      return memory === undefined ? {} : { formerMemory: { entries: { [named('a')]: { ...memory, textSince } } } };
    };
    const look = { files: [aTranscript(idA, old), aTranscript(idB, { ...cleared, ...old })] };
    expect(written([chosen], { a: agentA }, look, since(now - 10_000))).toEqual([]);
    expect(written([chosen], { a: agentA }, look, since(longAgo))).toEqual([`a ${idB}`]);
  });
});

describe('one conversation, one entry', () => {
  const a = anEntry('a');
  const runsB = liveRecord(agentA, idB);

  test('what another entry records is not written, and is told', () => {
    for (const fields of [{}, { status: 'terminated' }, { status: null }, { ignore: true }] as const) {
      for (const ids of [records(idB), records(idB.toUpperCase()), idsOf({ own: idC, claude: idB })]) {
        const entries = [a, anEntry('b', { ids, ...fields })];
        expect(written(entries, { a: agentA }, { live: runsB })).toEqual([]);
        expect(doubts(entries, { a: agentA }, { live: runsB })).toEqual([idB]);
        const moved = [anEntry('a', { ids: records(idA) }), ...entries.slice(1)];
        expect(written(moved, { a: agentA }, { live: runsB })).toEqual([]);
      }
    }
  });

  test('what another entry recorded once is free again', () => {
    const b = anEntry('b', { ids: records(idC), lineage: [{ id: idB, until: null, reason: null }] });
    expect(written([a, b], { a: agentA }, { live: runsB })).toEqual([`a ${idB}`]);
  });

  test('two agents that run one have it in no entry, but in the one that has it already', () => {
    const live = new Map([...runsB, ...liveRecord(agentB, idB)]);
    const agents = { a: agentA, b: agentB };
    expect(written([a, anEntry('b')], agents, { live })).toEqual([]);
    expect(doubts([a, anEntry('b')], agents, { live })).toEqual([idB, idB]);
    expect(written([anEntry('a', { ids: records(idB) }), anEntry('b')], agents, { live })).toEqual([]);
    expect(written([a], { a: agentA, 'x-creator-claude': agentB }, { live })).toEqual([]);
  });

  test('a session that gets its entry now gets no id that is another one’s', () => {
    const registered = (...world: Parameters<typeof planned>) =>
      planned(...world).drifts.flatMap(({ edits }) =>
        edits.flatMap((edit) => (edit.op === 'register' ? [edit.fields['claude_session_id_own']] : [])),
      );
    const live = new Map([...runsB, ...liveRecord(agentB, idB)]);
    const x = { 'x-creator-claude': agentA };
    expect(registered([], x, { live: runsB })).toEqual([idB]);
    expect(registered([anEntry('b', { ids: records(idB) })], x, { live: runsB })).toEqual([null]);
    expect(registered([], { ...x, 'y-creator-claude': agentB }, { live })).toEqual([null, null]);
    expect(registered([anEntry('b')], { ...x, b: agentB }, { live })).toEqual([null]);
    // Both names are of one session, so there is one agent.
    expect(registered([], { ...x, 'y-creator-claude': agentA }, { live: runsB })).toEqual([idB]);
  });
});

test('an id in capitals is the same id: neither exchanged nor stale', () => {
  const letters = 'abcdefab-1111-4111-8111-abcdefabcdef';
  const a = anEntry('a', { ids: records(letters.toUpperCase()) });
  const file = aTranscript(letters);
  const artifacts = new Map([
    [letters.toUpperCase(), null],
    [letters, file],
  ]);
  expect(planned([a], { a: agentA }, { live: liveRecord(agentA, letters), artifacts, files: [file] }).drifts).toEqual(
    [],
  );
});

test('an id without a file is pending while any agent of the pane holds it, stopped in the background or not', () => {
  const a = anEntry('a', { ids: records(idC) });
  const shell = aProcess(1001, { argv: ['-bash'], exe: '/usr/bin/bash' });
  const stopped = aProcess(1002, { ppid: 1001, processGroup: 1002, foregroundGroup: 1001 });
  const missing = (process: Process, claude: Partial<ClaudeObservation> = {}) => {
    const panes = trees(aTree(shell, { descendants: [process] }));
    const look = claudeLook({ artifacts: new Map([[idC, null]]), ...claude });
    const observation = { ...inSessions({ a: shell }), panes, claude: look };
    return plan(aWorld({ entries: [a], observation, looksAgain: 1 })).drifts.map((drift) => drift.kind);
  };
  expect(missing(stopped, { live: liveRecord(stopped, idC.toUpperCase()) })).toEqual([]);
  expect(missing({ ...stopped, argv: ['claude', '--session-id', idC] })).toEqual([]);
  expect(missing(stopped, { foreign: liveRecord(agentB, idC) })).toEqual([]);
  expect(missing(stopped)).toEqual(['artifact-missing']);
  expect(missing({ ...stopped, argv: ['claude', '-p', '--session-id', idC] })).toEqual(['artifact-missing']);
  expect(missing({ ...stopped, argv: ['claude', '--resume', idC, '--fork-session'] })).toEqual(['artifact-missing']);
  // It goes on under another id, so the first id is never written any more.
  const cleared = { ...stopped, argv: ['claude', '--session-id', idC] };
  expect(missing(cleared, { live: liveRecord(cleared, idA) })).toEqual(['artifact-missing']);
});

test("an id is called stale only where the folder of the agent that wrote it was looked at, and a dead agent's is asked for", () => {
  const a = anEntry('a', { ids: records(idA) });
  const agent = aProcess(1001, { folders: { CLAUDE_CONFIG_DIR: '/alt' } });
  const missing = new Map([[idA, null]]);
  const own = { ...root, path: '/alt' };
  const kinds = (look: Partial<ClaudeObservation>, formerMemory = {}) =>
    planned([{ ...a, status: 'terminated' }], {}, { artifacts: missing, ...look }, { formerMemory }).drifts.map(
      ({ kind }) => kind,
    );
  const { nextMemory } = planned([a], { a: agent });
  expect(need(aRegistry([a]), nextMemory, settings).agents.get('claude')?.roots).toEqual(['/alt']);
  expect(kinds({ roots: [root] }, nextMemory)).toEqual([]);
  expect(kinds({ roots: [root, { ...own, exists: false }] }, nextMemory)).toEqual([]);
  expect(kinds({ roots: [root, own] }, nextMemory)).toEqual(['artifact-missing']);
  expect(kinds({ roots: [root] })).toEqual(['artifact-missing']);
});

test('a weaker proof does not overwrite what the record of the same process proved', () => {
  const resumed = aProcess(1001, { argv: ['claude', '--resume', idB] });
  const a = anEntry('a');
  expect(written([a], { a: resumed }, {}, ranOnce(idA, 'record'))).toEqual([]);
  expect(written([a], { a: resumed }, {}, ranOnce(idB, 'record'))).toEqual([`a ${idB}`]);
  const other = aProcess(1001, { argv: resumed.argv, start: 'later' });
  expect(written([a], { a: other }, {}, ranOnce(idA, 'record'))).toEqual([`a ${idB}`]);
  const files = oldBoth.slice(1);
  expect(written([a], { a: agentA }, { files }, ranOnce(idA, 'record'))).toEqual([]);
  expect(written([a], { a: agentA }, { files }, ranOnce(idA, 'only-candidate'))).toEqual([`a ${idB}`]);
});

test('the stronger proof of one conversation is remembered, and stands in the drift', () => {
  const live = liveRecord(agentA, idA);
  const files = both.slice(0, 1);
  const first = planned([anEntry('a')], { a: agentA }, { live, files });
  expect(first.drifts).toMatchObject([{ kind: 'session-id-materialized', proof: 'record' }]);
  const resumed = aProcess(1001, { argv: ['claude', '--resume', idA] });
  const again = planned([anEntry('a')], { a: resumed }, { files }, { formerMemory: first.nextMemory });
  const remembered = { pid: 1001, start: 'start-1001', id: idA, proof: 'record', root: root.path };
  expect(again.nextMemory.entries[named('a')]?.agent).toEqual(remembered);
  expect(planned([], { 'x-creator-claude': agentA }, { live, files }).drifts).toMatchObject([
    { class: 'B', proof: 'record' },
  ]);
});

describe('Antigravity', () => {
  const agy = aProcess(1001, { argv: ['agy'], exe: '/usr/bin/agy' });
  const a = anEntry('a', { agent: 'agy', ids: idsOf({ agy: null }) });
  const file = { path: '/b.db', size: 1, mtime: now - 1000 };
  const artifacts = new Map([
    [idA, file],
    [idB, file],
  ]);
  const found = (
    look: Parameters<typeof agyLook>[0],
    {
      agent = agy,
      descendants = [],
      id = null,
    }: { agent?: Process; descendants?: readonly Process[]; id?: string | null } = {},
  ) => {
    const panes = trees(aTree(agent, { descendants }));
    const entry = { ...a, pane: null, ids: idsOf({ agy: id }) };
    const observation = { ...inSessions({ a: agent }), panes, agy: agyLook({ artifacts, ...look }) };
    return plan(aWorld({ entries: [entry], observation, looksAgain: 1 })).drifts.flatMap(({ kind, edits }) =>
      edits.length === 0 ? [kind] : edits.flatMap((edit) => (edit.op === 'set' ? [edit.to] : [])),
    );
  };

  test('runs the conversation whose lock it holds itself', () => {
    const child = aProcess(1002, {
      ppid: 1001,
      argv: ['agy'],
      exe: '/usr/bin/agy',
      processGroup: 1002,
      foregroundGroup: 1001,
    });
    expect(found({ presence: new Map([[idA, [1001]]]) })).toEqual([idA]);
    expect(found({ presence: new Map([[idA, [1001, 1002]]]) }, { descendants: [child] })).toEqual([idA]);
    expect(found({ presence: new Map([[idA, [1002]]]) }, { descendants: [child] })).toEqual([]);
    expect(found({ presence: new Map([[idA, [1001, 7007]]]) })).toEqual(['identity-ambiguous']);
    expect(found({ presence: new Map([[idA, [1001]]]) }, { id: idB })).toEqual([idA]);
  });

  test('was started with an id that it knows, which does not take the place of a recorded one', () => {
    const resumed = aProcess(1001, { argv: ['agy', '--conversation', idA], exe: '/usr/bin/agy' });
    expect(found({}, { agent: resumed })).toEqual([idA]);
    expect(found({ artifacts: new Map() }, { agent: resumed })).toEqual([]);
    expect(found({}, { agent: resumed, id: idB })).toEqual(['identity-ambiguous']);
  });
});
