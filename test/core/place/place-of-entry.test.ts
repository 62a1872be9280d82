import { describe, expect, test } from 'vitest';
import { plan } from '../../../src/core/plan/make-plan.ts';
import type { EntryHome } from '../../../src/core/model/memory.ts';
import {
  aPane,
  aProcess,
  aRegistry,
  aSession,
  aTree,
  aWorld,
  claudeLook,
  anEntry,
  deadPids,
  defaultSocket,
  hour,
  listed,
  longAgo,
  now,
  trees,
  type World,
  opened,
  over,
  undecided,
} from '../world.ts';
import { named } from '../../named.ts';

const name = 'lab-creator-claude';
const there = 'machine-2';
const here = 'machine-1';
const hosts = new Map([
  [here, ['lab1']],
  [there, ['lab2']],
]);

/** A session of the entry's name lives here. */
const alive = {
  sockets: new Map([[defaultSocket, listed([aSession(name, { panes: [aPane(1001)] })])]]),
  panes: trees(aTree(aProcess(1001))),
};
const absent = { panes: deadPids(1001) };

function home(place: string, sightings: EntryHome['sightings'] = {}) {
  return { homes: new Map([[named(name), { place, sightings }]]), hosts };
}

function seen(place: string, at: number, start: string | null = 'start-1001') {
  return home(place, { [place]: { at, pane: 1001, start } });
}

function made(world: World) {
  return plan(aWorld({ entries: [anEntry(name)], ...world }));
}

describe('an entry of another place', () => {
  test('is left alone: no drift, no edit, nothing blind', () => {
    const {
      drifts,
      silentEdits,
      blind,
      seen: sighted,
      verdicts,
    } = made({
      observation: absent,
      ledger: seen(there, now - 5 * hour),
    });
    expect({ drifts, silentEdits, blind, sighted }).toEqual({ drifts: [], silentEdits: [], blind: [], sighted: null });
    expect(verdicts).toMatchObject([
      {
        liveness: 'unknown',
        elsewhere: { host: 'lab2', hasNamesake: false },
        doubt: {
          reason: 'it belongs to lab2, seen alive there at 2026-07-01T04:00:30Z',
          cure: 'if that place is gone: asm reconcile --adopt --from lab2',
        },
      },
    ]);
  });

  test('is part of no mass event, with all others gone', () => {
    const entries = ['one', 'two', 'three'].map((each) => anEntry(each, { pane: null }));
    const homes = new Map(['one', 'two'].map((each) => [named(each), { place: there, sightings: {} }] as const));
    const world = { entries, observation: { panes: new Map() }, ledger: { homes, hosts }, looksAgain: 1 };
    expect(made(world).drifts.map(({ kind, session }) => [kind, session])).toEqual([['session-gone', 'three']]);
  });

  test('has a namesake here while its own was seen there within the hour', () => {
    const world = { observation: alive, ledger: seen(there, now - hour + 1) };
    const { drifts, silentEdits, seen: sighted, verdicts } = made(world);
    expect({ drifts, silentEdits, sighted }).toEqual({ drifts: [], silentEdits: [], sighted: null });
    expect(verdicts[0]?.elsewhere).toEqual({ host: 'lab2', hasNamesake: true });
    expect(verdicts[0]?.doubt?.reason).toContain('a session of that name runs here too, as $1');
  });

  test('comes home where its session lives, and no other place saw it for an hour', () => {
    const { verdicts, seen: sighted } = made({ observation: alive, ledger: seen(there, now - hour) });
    expect(verdicts[0]?.liveness).toBe('alive');
    expect(sighted).toEqual({ place: here, host: 'lab1', entries: { [name]: { pane: 1001, start: 'start-1001' } } });
  });

  test('comes home at once where the very pane lives that was seen here before, and that the entry names', () => {
    const sightings = {
      [here]: { at: now - 2 * hour, pane: 1001, start: 'start-1001' },
      [there]: { at: now - 60_000, pane: 7, start: 'x' },
    };
    const liveness = (pane: number, start: string) => {
      const entry = anEntry(name, { pane: { pid: pane, cmd: null, cwd: null } });
      const own = { ...sightings, [here]: { at: now - 2 * hour, pane: 1001, start } };
      return made({ entries: [entry], observation: alive, ledger: home(there, own) }).verdicts[0]?.liveness;
    };
    expect(liveness(1001, 'start-1001')).toBe('alive');
    expect(liveness(1001, 'another start')).toBe('unknown');
    expect(liveness(7, 'start-1001'), 'the other place wrote its pane').toBe('unknown');
  });

  test('keeps its open drifts, and those that its place opened about what only it can see', () => {
    const of = (kind: 'session-gone' | 'blind' | 'session-unregistered', session: string | null, place: string) => {
      const key = JSON.stringify(['/home/me/agent-sessions.yaml', kind, session, null]);
      const ledger = { ...seen(there, now), ...opened({ kind, session, place, key }) };
      return made({ observation: absent, ledger }).absentDrifts;
    };
    expect(of('session-gone', name, there)).toEqual(undecided);
    expect(of('blind', null, there)).toEqual(undecided);
    expect(of('blind', null, here)).toEqual(over());
    expect(of('session-unregistered', 'other-creator-claude', there)).toEqual(undecided);
    expect(of('session-unregistered', 'other-creator-claude', here)).toEqual(over());
  });
});

describe('host: in an entry', () => {
  const hostOf = (host: string, world: World = {}) => {
    const { verdicts } = made({ ...world, entries: [anEntry(name, { host })] });
    return verdicts[0]?.elsewhere?.host ?? 'here';
  };

  test('names this host, in any case, with or without its domain', () => {
    for (const host of ['lab1', 'LAB1', 'lab1.example.org']) expect(hostOf(host)).toBe('here');
    for (const host of ['lab2', 'lab10', 'lab1x.example.org']) expect(hostOf(host)).toBe(host);
  });

  test('is the word of the user: no session of that name changes it, and no log', () => {
    expect(hostOf('lab2', { observation: alive })).toBe('lab2');
    expect(hostOf('lab3', { observation: alive, ledger: seen(here, now) })).toBe('lab3');
    expect(hostOf('lab1', { observation: absent, ledger: seen(there, now) })).toBe('here');
  });

  test('names a place by any name that it ever had', () => {
    const renamed = { ...seen(here, now), hosts: new Map([[here, ['laptop', 'lab1']]]) };
    expect(hostOf('laptop', { observation: absent, ledger: renamed })).toBe('here');
    const renamedThere = { ...seen(there, now), hosts: new Map([[there, ['old', 'lab2']]]) };
    expect(hostOf('old', { ledger: renamedThere })).toBe('lab2');
  });

  test('tells two places of one name apart by the log', () => {
    const container = { ...seen(there, now), hosts: new Map([[there, ['lab1']]]) };
    expect(hostOf('lab1', { observation: absent, ledger: container })).toBe('lab1');
    expect(made({ entries: [anEntry(name, { host: 'lab1' })], ledger: container }).drifts).toEqual([]);
  });

  test('is written into a new entry where another entry has it, or the settings ask for it', () => {
    const fieldsIn = (world: World) => {
      const [edit] = made({ observation: alive, ...world }).drifts.flatMap(({ edits }) => edits);
      return edit?.op === 'register' ? edit.fields['host'] : undefined;
    };
    expect(fieldsIn({ entries: [] })).toBeUndefined();
    expect(fieldsIn({ entries: [anEntry('x', { host: 'lab2' })] })).toBe('lab1');
    expect(fieldsIn({ entries: [], settings: { writeHost: true } })).toBe('lab1');
  });
});

describe('a borrowed place', () => {
  const place = { id: here, borrowed: 'the PID namespace is not the first of the machine' };

  test('says nothing of a session that was never seen, and what would settle it', () => {
    const { drifts, blind, verdicts } = made({ observation: { ...absent, place } });
    const cure = 'write `host: lab1` into the entries that run here, or claim all of them: asm reconcile --adopt';
    const reason = `a session that was never seen may run in another place that shares these files: here ${place.borrowed}`;
    expect(drifts).toEqual([]);
    expect(blind).toMatchObject([{ source: 'place', reason, cure }]);
    expect(verdicts).toMatchObject([{ liveness: 'unknown', elsewhere: null, doubt: { reason, cure } }]);
  });

  test('judges what was seen here, or says so itself, and registers what lives', () => {
    const kinds = (world: World) => made({ ...world, observation: { ...world.observation, place } }).drifts;
    expect(kinds({ observation: absent, ledger: seen(here, now) })).toMatchObject([{ kind: 'session-gone' }]);
    const entries = [anEntry(name, { host: 'lab1' })];
    expect(kinds({ observation: absent, entries })).toMatchObject([{ kind: 'session-gone' }]);
    expect(kinds({ observation: alive, entries: [] })).toMatchObject([{ kind: 'session-unregistered' }]);
  });

  test('has what lives here as its own from then on', () => {
    expect(made({ observation: { ...alive, place } }).seen?.entries).toHaveProperty(name);
  });
});

describe('a sighting', () => {
  const sighted = (world: World) => made({ observation: alive, ...world }).seen;

  test('is told once, and again after half an hour, in another pane, or under another name of the host', () => {
    expect(sighted({})).not.toBeNull();
    expect(sighted({ ledger: seen(here, now - 1_799_999) })).toBeNull();
    expect(sighted({ ledger: seen(here, now - 1_800_000) })).not.toBeNull();
    expect(sighted({ ledger: seen(here, now, 'another start') })).not.toBeNull();
    expect(sighted({ ledger: { ...seen(here, now), hosts: new Map([[here, ['laptop']]]) } })).not.toBeNull();
  });

  test('names the folder of the agent where there are several, and is told again with another one', () => {
    const own = '/home/me/own';
    const rooted = (...paths: readonly string[]) => ({
      observation: {
        ...alive,
        panes: trees(aTree(aProcess(1001, { folders: { CLAUDE_CONFIG_DIR: own } }))),
        claude: claudeLook({
          roots: paths.map((path) => ({ path, exists: true, keepsRecords: true, cleanupDays: 30 })),
        }),
      },
    });
    const several = rooted('/home/me/.claude', own);
    expect(sighted(several)?.entries).toEqual({ [name]: { pane: 1001, start: 'start-1001', root: own } });
    expect(sighted(rooted(own))?.entries).toEqual({ [name]: { pane: 1001, start: 'start-1001' } });
    const known = (root: string) => home(here, { [here]: { at: now, pane: 1001, start: 'start-1001', root } });
    expect(sighted({ ...several, ledger: known(own) })).toBeNull();
    expect(sighted({ ...several, ledger: known('/home/me/.claude') })).not.toBeNull();
    const moved = sighted({ ...rooted(own), ledger: known('/home/me/former') });
    expect(moved?.entries, 'the only folder that is left').toMatchObject({ [name]: { root: own } });
    expect(sighted({ ...rooted(own), ledger: known(own) })).toBeNull();
  });

  test('of a new entry is told with its registering', () => {
    expect(sighted({ entries: [] })?.entries).toEqual({ [name]: { pane: 1001, start: 'start-1001' } });
  });
});

describe('an adoption', () => {
  const adopt = (world: World, adoption: World['adopt']) =>
    made({ observation: absent, ...world, adopt: adoption ?? null });

  test('claims what was never seen: it is then judged as any other', () => {
    const place = { id: here, borrowed: 'the PID namespace is not the first of the machine' };
    const { adopted, drifts } = adopt({ observation: { ...absent, place } }, { kind: 'never-seen' });
    expect(adopted).toEqual({ place: here, host: 'lab1', entries: [name] });
    expect(drifts).toMatchObject([{ kind: 'session-gone' }]);
    expect(adopt({ ledger: seen(there, now) }, { kind: 'never-seen' }).adopted).toBeNull();
    expect(adopt({ entries: [anEntry(name, { host: 'lab2' })] }, { kind: 'never-seen' }).adopted).toBeNull();
  });

  test('claims those of a host that is gone, by any name that it had, and no others', () => {
    const former = { ...seen(there, now), hosts: new Map([[there, ['old', 'lab2']]]) };
    for (const host of ['lab2', 'old', 'LAB2']) {
      const { adopted, drifts } = adopt({ ledger: former }, { kind: 'from', host });
      expect(adopted?.entries, host).toEqual([name]);
      expect(drifts).toMatchObject([{ kind: 'session-gone' }]);
    }
    expect(adopt({ ledger: former }, { kind: 'from', host: 'lab3' })).toMatchObject({ adopted: null, drifts: [] });
    expect(adopt({ ledger: seen(here, now) }, { kind: 'from', host: 'lab1' }).adopted).toBeNull();
  });

  test('corrects `host:` where it names the former one, but for one that is pinned', () => {
    const of = (fields: Partial<ReturnType<typeof anEntry>>) =>
      adopt({ entries: [anEntry(name, { host: 'lab2', ...fields })] }, { kind: 'from', host: 'lab2' }).silentEdits;
    const edit = { op: 'set', entry: { session: name, socket: null }, path: ['host'], from: 'lab2', to: 'lab1' };
    expect(of({})).toEqual([edit]);
    expect(of({ pin: ['host'] })).toEqual([]);
  });
});

test('a registry that was never seen anywhere is judged as ever by a place that is not borrowed', () => {
  const world = aWorld({ entries: [anEntry(name)], observation: absent });
  expect(plan({ ...world, registry: aRegistry(world.registry.entries, { mtime: longAgo }) }).drifts).toMatchObject([
    { kind: 'session-gone' },
  ]);
});
