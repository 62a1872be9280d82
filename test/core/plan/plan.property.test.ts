import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Edit } from '../../../src/core/model/drift.ts';
import { type Entry, entryId } from '../../../src/core/model/entry.ts';
import type { Observation, TmuxSession } from '../../../src/core/model/observation.ts';
import type { Plan, PlanInput } from '../../../src/core/model/plan.ts';
import { socketPath } from '../../../src/core/place/socket-path.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import { withOwnWrites } from '../../../src/core/plan/remember.ts';
import { anyWorld, ids, pids } from '../any-world.ts';
import { applyEdits } from '../apply-edits.ts';
import { propertyRuns } from '../property-runs.ts';
import { hung, now } from '../world.ts';

const runs = propertyRuns(500);

test('idempotent: once the plan is carried out, nothing is left to write', () => {
  fc.assert(
    fc.property(anyWorld, (input) => {
      const first = pass(input);
      expect(writes(pass(afterwards(input, first)))).toEqual([]);
    }),
    runs,
  );
});

test('converges: after two passes nothing is new and nothing is remembered anew', () => {
  fc.assert(
    fc.property(anyWorld, (input) => {
      const second = afterwards(input, pass(input));
      const made = pass(second);
      const third = afterwards(second, made);
      const last = pass(third);
      expect(writes(last)).toEqual([]);
      expect(last.drifts.map((drift) => drift.key)).toEqual(made.drifts.map((drift) => drift.key));
      expect(last.nextMemory).toEqual(third.formerMemory);
    }),
    runs,
  );
});

test('order-free: neither the order of the entries nor that of the sockets changes a drift', () => {
  fc.assert(
    fc.property(anyWorld, fc.infiniteStream(fc.nat()), (input, keys) => {
      const shuffled: PlanInput = {
        ...input,
        registry: { ...input.registry, entries: shuffle(input.registry.entries, keys) },
        observation: { ...input.observation, sockets: new Map([...input.observation.sockets].toReversed()) },
      };
      expect(byKey(plan(shuffled))).toEqual(byKey(plan(input)));
    }),
    runs,
  );
});

test('never terminated where a source that the verdict needs is blind', () => {
  fc.assert(
    fc.property(anyWorld, fc.constantFrom<'tmux' | 'proc'>('tmux', 'proc'), (input, which) => {
      const observation: Observation =
        which === 'tmux'
          ? {
              ...input.observation,
              sockets: new Map([...input.observation.sockets.keys()].map((path) => [path, hung] as const)),
            }
          : { ...input.observation, panes: new Map(pids.map((pid) => [pid, { blind: 'EACCES', cure: '' }] as const)) };
      for (const edit of writes(plan({ ...input, observation }))) {
        if (edit.op !== 'set' || edit.to !== 'terminated') continue;
        const one = input.registry.entries.find((candidate) => entryId(candidate) === entryId(edit.entry));
        const hasPid = one?.pane?.pid != null || input.formerMemory.entries[entryId(edit.entry)]?.seen != null;
        expect({ which, hasPid }).toEqual({ which: 'proc', hasPid: false });
      }
    }),
    runs,
  );
});

test('terminated only what its complete list does not hold', () => {
  fc.assert(
    fc.property(anyWorld, (input) => {
      for (const edit of writes(plan(input))) {
        if (edit.op !== 'set' || edit.to !== 'terminated') continue;
        const home = edit.entry.socket ?? input.formerMemory.entries[entryId(edit.entry)]?.seen?.socket ?? null;
        const asked = home === null ? [...input.observation.sockets.keys()] : [socketPath(input.observation, home)];
        for (const path of asked) {
          const state = input.observation.sockets.get(path);
          expect(state).toHaveProperty('known');
        }
      }
    }),
    runs,
  );
});

test('a job is orphaned only where it runs and its session is gone', () => {
  fc.assert(
    fc.property(anyWorld, (input) => {
      const made = plan(input);
      for (const { session, key } of made.drifts.filter(({ kind }) => kind === 'job-orphaned')) {
        const gone = made.verdicts.filter(({ liveness }) => liveness === 'gone').map(({ entry }) => entry.session);
        expect(gone).toContain(session);
        const running = [...input.observation.jobs].flatMap(([id, seen]) =>
          'known' in seen && seen.known?.state === 'running' ? [id] : [],
        );
        expect(running.some((id) => key.endsWith(`"${id}"]`))).toBe(true);
      }
    }),
    runs,
  );
});

test("a person's later edit survives: what was changed after the first pass is not written over", () => {
  fc.assert(
    fc.property(anyWorld, fc.constantFrom('running' as const, 'terminated' as const, null), (input, status) => {
      const next = afterwards(input, pass(input));
      const edited: PlanInput = {
        ...next,
        now: now + 1000,
        registry: {
          ...next.registry,
          mtime: now + 1000,
          entries: next.registry.entries.map((one) => ({ ...one, status, textHash: `${one.textHash} edited` })),
        },
      };
      const touched = new Set(edited.registry.entries.map((one) => one.session));
      expect(writes(plan(edited)).filter((edit) => touched.has(edit.entry.session))).toEqual([]);
    }),
    runs,
  );
});

test('no id comes to stand in two entries that did not stand there before', () => {
  fc.assert(
    fc.property(anyWorld.map(withOwnPanes), (input) => {
      const before = input.registry.entries;
      const after = afterwards(input, pass(input)).registry.entries;
      for (const id of ids) {
        const holds = (one: Entry): boolean => one.ids.some(({ value }) => value === id);
        const held = new Set(before.filter(holds).map(entryId));
        const holders = after.filter(holds).map(entryId);
        if (holders.some((one) => !held.has(one))) expect(holders).toHaveLength(1);
      }
    }),
    runs,
  );
});

/** Gives each session its own panes: grouped sessions share panes, and then run one agent. */
function withOwnPanes(input: PlanInput): PlanInput {
  const taken = new Set<number | null>();
  const own = (one: TmuxSession): TmuxSession => {
    const panes = one.panes.filter(({ pid }) => !taken.has(pid));
    for (const { pid } of panes) taken.add(pid);
    return { ...one, panes };
  };
  const sockets = [...input.observation.sockets].map(([path, seen]) => {
    const server = 'known' in seen ? seen.known.server : null;
    if (server === null) return [path, seen] as const;
    return [
      path,
      { known: { server: { ...server, sessions: server.sessions.map(own) }, hidden: [], said: '' } },
    ] as const;
  });
  return { ...input, observation: { ...input.observation, sockets: new Map(sockets) } };
}

/** Runs one pass, with a second observation where the plan asks for one. */
function pass(input: PlanInput): Plan {
  const made = plan(input);
  return made.lookAgain?.kind === 'confirm' ? plan({ ...input, looksAgain: input.looksAgain + 1 }) : made;
}

function writes(made: Plan): readonly Edit[] {
  return [...made.drifts.flatMap((drift) => drift.edits), ...made.silentEdits];
}

/** Returns the input of the next pass in the same world, with the plan carried out and remembered. */
function afterwards(input: PlanInput, made: Plan): PlanInput {
  const { entries, hashes } = applyEdits(input.registry.entries, writes(made));
  return {
    ...input,
    registry: { ...input.registry, entries },
    formerMemory: withOwnWrites(made.nextMemory, hashes),
    ledger: {
      ...input.ledger,
      tombstones: new Set([...input.ledger.tombstones, ...made.tombstones.map((one) => one.incarnation)]),
    },
  };
}

function shuffle<Item>(items: readonly Item[], keys: fc.Stream<number>): readonly Item[] {
  const sorted = items.map((item) => ({ item, key: keys.next().value }));
  return sorted.toSorted((one, other) => one.key - other.key).map(({ item }) => item);
}

function byKey(made: Plan) {
  return made.drifts.toSorted((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
}
