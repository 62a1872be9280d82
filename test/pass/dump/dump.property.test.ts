import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryId } from '../../../src/core/model/entry.ts';
import { fromJson, toJson } from '../../../src/core/model/plain-json.ts';
import type { Plan, PlanInput } from '../../../src/core/model/plan.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import { redact } from '../../../src/pass/dump/redact.ts';
import { withoutArguments } from '../../../src/pass/dump/without-arguments.ts';
import { anyWorld } from '../../core/any-world.ts';
import { propertyRuns } from '../../core/property-runs.ts';

const runs = propertyRuns(75);

test('input and plan are data: both come back from JSON as they were', () => {
  fc.assert(
    fc.property(anyWorld, (input) => {
      const made = plan(input);
      expect(again(input)).toEqual(input);
      expect(again(made)).toEqual(made);
      expect(plan(again(input))).toStrictEqual(made);
    }),
    runs,
  );
});

test('the plan is the same without the arguments of the processes', () => {
  fc.assert(
    fc.property(anyWorld, (input) => {
      expect(plan(withoutArguments(input))).toStrictEqual(plan(input));
    }),
    runs,
  );
});

test('redacted, a world gives the same plan but for its words', () => {
  fc.assert(
    fc.property(anyWorld, (input) => {
      expect(shapeOf(plan(redact(input)))).toEqual(shapeOf(plan(input)));
    }),
    runs,
  );
});

test('redacted, a world holds no word that its user chose, and gives the same plan', () => {
  fc.assert(
    fc.property(anyWorld, fc.nat(5), (input, count) => {
      const world = inUsersWords(input, count);
      const redacted = redact(world);
      const text = JSON.stringify(toJson(redacted)).toLowerCase();
      expect(secrets.filter((word) => text.includes(word))).toEqual([]);
      expect(shapeOf(plan(redacted))).toEqual(shapeOf(plan(world)));
      expect(redacted.settings.attention.snoozed.filter((name) => hasEntry(redacted, name))).toHaveLength(
        world.settings.attention.snoozed.filter((name) => hasEntry(world, name)).length,
      );
    }),
    runs,
  );
});

function hasEntry({ registry }: PlanInput, name: string): boolean {
  return registry.entries.some(({ session }) => session === name);
}

const secrets = ['initech', 'payroll', 'merger', 'lawsuit', 'zeus', 'umbra', 'jane'];

/** Renames what has names, and writes words of the user's into every field that takes some. */
function inUsersWords(input: PlanInput, count: number): PlanInput {
  const named = again(input, (json) =>
    json
      .replaceAll(/"([a-z])(-creator-|\.e-creator-)/g, '"payroll-$1$2')
      .replaceAll('plain', 'initech')
      .replaceAll('/home/me', '/home/jane')
      .replaceAll('scratch', 'umbra'),
  );
  const free = 'Initech merger: the lawsuit';
  const entries = named.registry.entries.map((entry, index) => ({
    ...entry,
    workspace: 'payroll',
    otherStatus: entry.status === null ? free : null,
    vagueTermination: entry.terminatedAt === null ? { text: free, latest: null } : null,
    terminationMode: entry.terminationMode === null ? null : free,
    lastVisibleStatus: entry.lastVisibleStatus === 'idle' ? free : entry.lastVisibleStatus,
    pin: [...entry.pin, 'lawsuit'],
    misshapen: [{ path: 'host.lawsuit', line: 1, words: 'a list where a single word belongs' }],
    lineage: [...entry.lineage, { id: `merger-${index}`, until: free, reason: free }],
    pane: entry.pane === null ? null : { ...entry.pane, cwd: '/work/merger' },
  }));
  const names = [...entries.map(({ session }) => session), 'lawsuit-creator-claude'];
  const memories = Object.entries(named.formerMemory.entries).map(([key, one]) => [
    key,
    { ...one, workspace: 'payroll', formerVisibleStatus: free },
  ]);
  return {
    ...named,
    registry: { ...named.registry, entries },
    formerMemory: {
      ...named.formerMemory,
      entries: Object.fromEntries(memories),
      blind: { 'tmux:/tmp/umbra': { since: 0, seen: 0 } },
      foreignConversations: ['merger'],
    },
    ledger: {
      ...named.ledger,
      hosts: new Map([['place', ['zeus']]]),
      registered: new Set(['lawsuit']),
      snoozed: new Map([['payroll-a-creator-claude', named.now + 1]]),
      formerWords: new Map(entries.map((entry) => [entryId(entry), free])),
    },
    settings: { ...named.settings, attention: { afterMs: 0, snoozed: names.slice(count) } },
  };
}

type Change = (json: string) => string;

function again(data: PlanInput, change?: Change): PlanInput;
function again(data: Plan): Plan;
function again(data: unknown, change: Change = (json) => json): unknown {
  return fromJson(JSON.parse(change(JSON.stringify(toJson(data)))));
}

/** What of a plan holds no word of the user's. */
function shapeOf(made: Plan) {
  const edits = [...made.drifts.flatMap((drift) => drift.edits), ...made.silentEdits];
  return {
    kinds: made.drifts.map(({ kind }) => kind).toSorted(),
    edits: edits.map((edit) => `${edit.op} ${'path' in edit ? edit.path.join('.') : ''}`).toSorted(),
    liveness: made.verdicts.map(({ liveness }) => liveness),
    proofs: made.verdicts.map(({ identity }) => identity?.proof ?? null),
    deferred: made.deferred.length,
    blind: made.blind.length,
    lookAgain: made.lookAgain,
  };
}
