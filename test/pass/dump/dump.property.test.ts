import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromJson, toJson } from '../../../src/core/model/plain-json.ts';
import type { Plan, PlanInput } from '../../../src/core/model/plan.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import { redact } from '../../../src/pass/dump/redact.ts';
import { withoutArguments } from '../../../src/pass/dump/without-arguments.ts';
import { anyWorld } from '../../core/any-world.ts';
import { propertyRuns } from '../../core/property-runs.ts';

const runs = propertyRuns(300);

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

function again(data: PlanInput): PlanInput;
function again(data: Plan): Plan;
function again(data: unknown): unknown {
  return fromJson(JSON.parse(JSON.stringify(toJson(data))));
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
