import * as z from 'zod';
import { groups } from '../../core/model/group.ts';
import type { Fixed } from '../../core/model/fixed.ts';
import { proofs } from '../../core/model/proof.ts';
import {
  activityShape,
  blind,
  deferred,
  drift,
  evidence,
  liveness,
  reconcileDocument,
  time,
} from '../../pass/document.ts';

export const snooze = z
  .strictObject({ until: time.nullable().describe('null: for good, by `attention.snooze` in the config') })
  .meta({ id: 'snooze', description: 'Until when no waiting of a session is told.' });

export const sessionRow = z.strictObject({
  session: z.string().describe('its tmux session'),
  workspace: z.string().nullable(),
  agent: z.string().nullable().describe('as in the registry, also one that is not known here'),
  status: z.string().nullable().describe('as in the registry; null: nothing stands there'),
  liveness,
  group: z
    .enum(groups)
    .describe(
      'under which `status` and the page show it: `needs-you` also of a session that runs again while its entry still says `terminated`; `gone` also a day after a monitor wrote its death',
    ),
  state: z
    .string()
    .describe(
      'one text for people, the job behind it: `working · job 3f2a running 12m`, `gone`, `elsewhere (lab1)`, `working · entry says terminated`',
    ),
  ...activityShape,
  snoozed: snooze.nullable().describe('no waiting of it is told now; null: a waiting of it is told'),
  since: time
    .nullable()
    .describe(
      'when it ended (terminated), when its agent started (alive), or since when it cannot be seen (unknown); null: not known',
    ),
  state_since: time.nullable().describe('since when it waits, is idle, is gone …: in this state; null: not known'),
  seen_since: time
    .nullable()
    .describe('where `state_since` is null: since when it was seen to be so, maybe for longer; null: not known'),
  id: z.string().nullable().describe('of its conversation: the proven one, else the recorded one'),
  job: z.string().nullable().describe('its delegate job'),
  resume: z
    .string()
    .nullable()
    .describe('a line for a shell that goes on with the conversation; null also while it runs'),
  host: z.string().describe('where this was asked'),
  place: z.string().nullable().describe('the host where it runs, as far as that is known'),
  reason: z.string().nullable().describe('why it is `unknown`; null where it is not'),
  cure: z.string().nullable().describe('what would settle that'),
});

export const statusAnswer = z.strictObject({
  sessions: z
    .array(sessionRow.meta({ id: 'session', description: 'One entry of the registry.' }))
    .describe('in the order of the registry'),
  blind: z.array(blind),
});

export const explainAnswer = sessionRow
  .extend({
    socket: z.string().nullable().describe('of its tmux server'),
    line: z.int().nullable().describe('of its entry in the registry file'),
    recorded_id: z.string().nullable().describe('the conversation that the registry names'),
    proven_id: z
      .strictObject({ id: z.string(), proof: z.enum(proofs), said: z.string().describe('what proves it') })
      .nullable()
      .describe('the conversation that is proven'),
    not_proven: z.string().nullable().describe('why none is proven; null where one is'),
    evidence: z.array(evidence),
    blind: z.array(blind).describe('sources that its verdict needed and that could not be asked'),
    drifts: z.array(drift).describe('open drifts about it'),
    deferred: z.array(deferred),
    notes: z.array(z.string()).describe('what else matters of it and decides nothing, in whole sentences for people'),
    not_resumed: z.string().exactOptional().describe('why no line goes on with its conversation, where there is one'),
    screen: z
      .array(z.string())
      .nullable()
      .exactOptional()
      .describe('with `--screen`: the last lines; null: no pane of it is seen'),
  })
  .meta({ id: 'explained session', description: 'One entry of the registry, and why that is believed of it.' });

export const dumpAnswer = z.strictObject({
  dump: z.string().describe('the file'),
  redacted: z.boolean().describe('names, ids, hosts and paths in it are replaced'),
  entries: z.int().describe('how many entries the registry had'),
});

export const replayAnswer = z.strictObject({
  equal: z.boolean().describe('the plan is the one in the dump'),
  differing: z.array(z.string()).describe('the parts of the plan in which it is another'),
  document: reconcileDocument.describe('what a dry run would have said then'),
});

/** Two entries may share a session name if their sockets differ. */
export const explainAnswers = z.strictObject({ sessions: z.array(explainAnswer) });

/** One session on one line. */
export type SessionRow = Fixed<z.infer<typeof sessionRow>>;
export type StatusAnswer = Fixed<z.infer<typeof statusAnswer>>;
export type Explained = Fixed<z.infer<typeof explainAnswer>>;
export type DumpAnswer = Fixed<z.infer<typeof dumpAnswer>>;
export type ReplayAnswer = Fixed<z.infer<typeof replayAnswer>>;
