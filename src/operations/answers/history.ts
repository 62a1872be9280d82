import * as z from 'zod';
import { activities, waits } from '../../core/model/activity.ts';
import type { Fixed } from '../../core/model/fixed.ts';
import { drift, liveness, time } from '../../pass/document.ts';

const { shape } = drift;

const historyRow = z
  .strictObject({
    event: z.string().describe('its id in the log'),
    at: z.iso.datetime(),
    what: z.enum(['found', 'resolved', 'undone', 'posted', 'run', 'job', 'adopted', 'snoozed', 'finished']),
    drift: z.string().nullable().describe('the id of the drift that it is about'),
    kind: shape.kind.nullable().describe('of that drift'),
    class: shape.class.nullable().describe('of that drift'),
    sessions: z.array(z.string()),
    message: z.string().describe('one sentence for people'),
    edits: shape.edits,
    resume: shape.resume,
  })
  .meta({ id: 'history row', description: 'One thing that was found, changed or announced.' });

export const historyAnswer = z.strictObject({
  events: z.array(historyRow).describe('newest last; with `--follow` each further line holds what is new'),
});

const sessionState = z
  .strictObject({
    liveness,
    activity: z.enum(activities).nullable().describe('null: not known, or it does not live'),
    waiting_for: z.enum(waits).nullable().describe('what it waits for; null: it does not wait, or does not say'),
    id: z.string().nullable().describe('of its conversation: the proven one, else the recorded one'),
  })
  .meta({ id: 'session state', description: 'What a session was at one moment.' });

const stateRow = z
  .strictObject({
    at: time,
    what: z
      .enum(['state', 'removed', 'watch-began', 'watch-ended'])
      .describe('`removed`: its entry was taken out of the registry; the marks of a watch are about no session'),
    session: z.string().nullable(),
    socket: z.string().nullable().describe('of its tmux server, where its entry names one'),
    workspace: z.string().nullable(),
    agent: z.string().nullable(),
    from: sessionState.nullable().describe('how it was last known before; null: not known'),
    to: sessionState
      .nullable()
      .describe('how it is from then on, until its next row or the end of the watch; after a gap it may be as before'),
    source: z.string().nullable().describe('what said so: `tmux:<socket>`, an agent, `proc`, `registry`'),
    reason: z.string().nullable().describe('for people'),
    host: z.string().nullable().describe('where a watch began'),
    unwatched_since: time.nullable().describe('where a watch began: since when nothing had watched; null: no gap'),
  })
  .meta({ id: 'state row', description: 'One change of what a session was, or the begin or end of a watch.' });

export const statesAnswer = z.strictObject({
  before: z
    .array(stateRow)
    .describe('what was in force when `--since` began: the last state of each session, and the last mark of a watch'),
  changes: z.array(stateRow).describe('newest last; with `--follow` each further line holds what is new'),
  watched_until: time
    .nullable()
    .describe('until when a monitor is known to have watched: what came later was seen by none; null: none ever did'),
});

const band = z
  .strictObject({
    from: time,
    to: time,
    what: z
      .enum([...activities, 'alive', 'gone', 'unknown', 'unwatched'])
      .describe('`alive`: it lived, what it did is not known; `unwatched`: no monitor watched, nothing is known'),
    of: z
      .int()
      .exactOptional()
      .describe('so many short ones stand in it, and `what` took most of the time; absent: it is one'),
  })
  .meta({ id: 'band', description: 'A span of time in which a session stayed as it was.' });

export const timelinesAnswer = z.strictObject({
  from: time,
  to: time.describe('now'),
  timelines: z.array(
    z
      .strictObject({
        session: z.string(),
        socket: z.string().nullable().describe('of its tmux server, where its entry names one'),
        workspace: z.string().nullable(),
        agent: z.string().nullable(),
        bands: z
          .array(band)
          .describe('oldest first, without gaps until its entry was taken out; of more than 250 short ones are joined'),
      })
      .meta({ id: 'timeline', description: 'What one session was.' }),
  ),
});

export const undoAnswer = z.strictObject({
  event: z.string().describe('the event that had written it'),
  drifts: z.array(z.string()).describe('ids of what was taken back'),
  path: z.string().describe('the registry file'),
  left: z.array(z.string()).describe('why entries of it are left as they are'),
});

export const snoozeAnswer = z.strictObject({
  snoozed: z
    .array(
      z.strictObject({
        session: z.string(),
        until: time
          .nullable()
          .describe(
            'no waiting of it is told until then; now: it is told again; null: for good, by `attention.snooze`',
          ),
      }),
    )
    .describe('the named sessions; without a name all that are snoozed'),
});

export type HistoryRow = Fixed<z.infer<typeof historyRow>>;
export type StateRow = Fixed<z.infer<typeof stateRow>>;
export type StatesAnswer = Fixed<z.infer<typeof statesAnswer>>;
export type TimelinesAnswer = Fixed<z.infer<typeof timelinesAnswer>>;
export type HistoryAnswer = Fixed<z.infer<typeof historyAnswer>>;
export type SnoozeAnswer = Fixed<z.infer<typeof snoozeAnswer>>;
export type UndoAnswer = Fixed<z.infer<typeof undoAnswer>>;
