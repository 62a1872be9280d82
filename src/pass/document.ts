import * as z from 'zod';
import { driftKinds } from '../core/drift/index.ts';
import { activities, waits } from '../core/model/activity.ts';
import type { Value } from '../core/model/drift.ts';
import type { Fixed } from '../core/model/fixed.ts';

/**
 * The shapes of a pass for other programs, with the names that they read. `docs/json.md` is generated from them. Import
 * only types from here, except for the broker and the documents: zod takes longer to load than a pass takes.
 */

export const time = z.iso.datetime({ precision: 3 });
export const liveness = z
  .enum(['alive', 'gone', 'unknown'])
  .describe('`unknown`: it cannot be seen, or it belongs to another place');

const value = z.custom<Value>(isValue).meta({ type: 'any value' });

export const evidence = z
  .strictObject({
    source: z
      .string()
      .describe('what was asked: `tmux:<socket>`, `proc`, the name of an agent, `registry`, `boot`, `jobs`, …'),
    said: z.string().describe('what it said'),
    at: time.describe('when it was asked'),
  })
  .meta({ id: 'evidence', description: 'One thing that one source said.' });

const edit = z
  .strictObject({
    path: z
      .array(z.string())
      .describe('where in the registry; the entry is named by its session, whether the registry is a map or a list'),
    from: value.describe('what stood there; null: nothing did'),
    to: value.describe('what stands there now'),
  })
  .meta({ id: 'edit', description: 'One value that was changed in the registry, or would be.' });

export const drift = z
  .strictObject({
    id: z.string().describe('the same for the same drift, across passes and restarts'),
    kind: z.enum(driftKinds.map(({ name }) => name)).describe('see the table in the README'),
    class: z.enum(driftKinds.map((kind) => kind.class)).describe('the letter of its kind'),
    state: z.enum(['opened', 'resolved']),
    session: z.string().nullable().exactOptional().describe('its tmux session; null: it is about no session'),
    sessions: z.array(z.string()).exactOptional().describe('of a mass event, in place of `session`'),
    workspace: z.string().nullable(),
    agent: z.string().nullable(),
    message: z.string().describe('one sentence for people'),
    evidence: z.array(evidence).describe('why it is believed'),
    edits: z.array(edit).describe('its repair; empty where the registry is not edited'),
    resume: z
      .string()
      .exactOptional()
      .describe('a line for a shell that goes on with the conversation; of a mass event a script'),
  })
  .meta({ id: 'drift', description: 'A difference between the registry and what is seen.' });

export const deferred = z
  .strictObject({
    session: z.string(),
    reason: z.string(),
    until: time.nullable().describe('when it is looked at again; null: when something changes'),
  })
  .meta({ id: 'deferred', description: 'An entry about which nothing is decided yet.' });

export const blind = z
  .strictObject({
    source: z.string().describe('what could not be asked'),
    since: time,
    reason: z.string(),
    cure: z.string().describe('what to do about it'),
  })
  .meta({ id: 'blind', description: 'A source that could not be asked, though something needed its answer.' });

const unknown = z
  .strictObject({
    session: z.string(),
    place: z
      .string()
      .nullable()
      .describe('the host to which the entry belongs; null: it belongs to this one, or to none yet'),
    reason: z.string(),
    cure: z.string().describe('what would settle it'),
  })
  .meta({ id: 'unknown', description: 'An entry of which cannot be said whether it lives.' });

export const reconcileDocument = z.strictObject({
  version: z.literal(1).describe('of this shape'),
  at: time.describe('when the pass looked'),
  host: z.string().describe('where it looked'),
  dry_run: z.boolean().describe('nothing was written'),
  registry: z.strictObject({
    path: z.string().describe('of its file'),
    entries: z.int().describe('how many there are, counted after registering'),
    written: z.boolean().describe('the file was changed'),
    edits: z.int().describe('how many values were changed, or would be'),
  }),
  counts: z
    .strictObject({ alive: z.int(), gone: z.int(), unknown: z.int() })
    .describe('how many of all entries live, terminated ones too; an entry of another place is `unknown`'),
  drifts: z.array(drift).describe('news: what opened or was resolved since this reader was last told'),
  standing: z.array(drift).describe('every drift that is open now, old and new'),
  deferred: z.array(deferred).describe('entries about which nothing is decided yet'),
  blind: z.array(blind).describe('sources that could not be asked'),
  unknown: z.array(unknown).describe('entries of which cannot be said whether they live'),
  pass: z.strictObject({
    ms: z.number().describe('how long it took; milliseconds'),
    spawns: z.int().describe('how many programs it started'),
    bytes_read: z.int().describe('how much it read of the files of agents; bytes'),
  }),
});

/** What a session's agent does and waits for. */
export const activityShape = {
  activity: z
    .enum([...activities, 'unknown'])
    .nullable()
    .describe('`unknown` where the agent does not say; null for a session that does not live'),
  waiting_for: z.enum(waits).nullable().describe('what it waits for; null: it does not wait, or does not say'),
  waiting_since: time.nullable().describe('since when it waits, where that is known'),
};
const activityFields = z.object(activityShape);

export type ReconcileDocument = Fixed<z.infer<typeof reconcileDocument>>;
export type DriftDocument = ReconcileDocument['standing'][number];
export type DriftState = DriftDocument['state'];
export type EvidenceDocument = DriftDocument['evidence'][number];
export type EditDocument = DriftDocument['edits'][number];
export type ActivityFields = Fixed<z.infer<typeof activityFields>>;

/** Decides whether a value can be in both YAML and JSON. */
function isValue(given: unknown): boolean {
  return z.json().safeParse(given).success;
}
