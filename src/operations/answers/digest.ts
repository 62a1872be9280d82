import * as z from 'zod';
import { waits } from '../../core/model/activity.ts';
import type { Fixed } from '../../core/model/fixed.ts';
import { jobStates } from '../../core/model/job.ts';
import { time } from '../../pass/document.ts';
import { snooze } from './sessions.ts';

const ms = z.int().describe('milliseconds');
const session = z.string().describe('its tmux session');
const span = z.strictObject({ from: time, to: time });
const finding = z
  .strictObject({
    drift: z.string().describe('its id'),
    kind: z.string().describe('its kind'),
    at: time.describe('when it was found'),
    until: time.nullable().describe('when it was over; null: it is open'),
    sessions: z.array(z.string()),
    message: z.string().describe('one sentence for people'),
  })
  .meta({ id: 'finding', description: 'A drift that was found in the span.' });

const death = z
  .strictObject({
    at: time.describe('when it was found'),
    cause: z
      .enum(['reboot', 'tmux-died', 'session-ended', 'agent-ended'])
      .describe(
        '`session-ended`: its tmux session was killed or closed; `agent-ended`: its tmux session lives on as a shell',
      ),
    message: z.string().describe('one sentence for people'),
    sessions: z.array(
      z.strictObject({
        session,
        now: z
          .enum(['runs', 'ended', 'unknown', 'unregistered'])
          .describe('what it is now; `unknown`: it cannot be seen; `unregistered`: its entry was taken out'),
        died_again: time
          .nullable()
          .describe('when its next death was found, before which it had come back; null: this was its last one'),
        did: z
          .enum(['working', 'waiting', 'idle', 'shell'])
          .nullable()
          .describe('what it did when it ended; null: that was not seen'),
        last_alive: time
          .nullable()
          .describe(
            'when it was last seen alive, where it was not watched from then on; null: it was watched, or never',
          ),
      }),
    ),
  })
  .meta({ id: 'death', description: 'Sessions that ended at once with one cause.' });

const times = z
  .strictObject({
    session,
    workspace: z.string().nullable(),
    agent: z.string().nullable(),
    since: time.describe('from when on it is known in the span'),
    working: ms,
    waiting: ms,
    waits: z.int().describe('how often it waited'),
    longest_wait: ms,
    idle: ms,
    shell: ms.describe('its turn was over and a shell command of it ran on; milliseconds'),
    exited: ms.describe('its agent had ended, and its tmux session lived; milliseconds'),
    alive: ms.describe('it lived, and what it did is not known; milliseconds'),
    gone: ms,
    unknown: ms.describe('it could not be seen; milliseconds'),
    unwatched: ms.describe('no monitor watched; milliseconds'),
  })
  .meta({
    id: 'session times',
    description: 'How long a session was what; the parts sum up to its time since `since`.',
  });

export const digestAnswer = z.strictObject({
  registry: z.strictObject({ path: z.string(), exists: z.boolean().describe('false: there is no such file') }),
  span: span.describe('the time that is told'),
  asked_before: time.nullable().describe('when this user last asked; null: never'),
  log_from: time
    .nullable()
    .describe('the log reaches back to here only; null: it reaches back to the beginning of the span'),
  waiting: z
    .array(
      z.strictObject({
        session,
        waiting_for: z.enum(waits).nullable().describe('null: it does not say'),
        waiting_since: time.nullable().describe('null: that is not known'),
        snoozed: snooze.nullable().describe('no waiting of it is told now; null: it is told'),
      }),
    )
    .describe('sessions that wait for their user now, the longest first'),
  idle: z
    .array(z.strictObject({ session, since: time.nullable().describe('null: that was not seen'), worked: ms }))
    .describe('sessions that worked in the span and idle now'),
  deaths: z.array(death).describe('oldest first'),
  ended_by_user: z.array(z.strictObject({ session, at: time })),
  lost: z
    .array(
      z.strictObject({
        session,
        line: z.string().nullable().describe('a line for a shell that brings it back; null: there is none'),
        where: z
          .enum(['any-shell', 'own-shell'])
          .nullable()
          .describe(
            '`any-shell`: the line makes its tmux session again; `own-shell`: it belongs into the shell that its agent left behind',
          ),
        reason: z.string().nullable().describe('why there is no line; null where there is one'),
      }),
    )
    .describe('sessions that died in the span and do not run'),
  lost_before: z
    .array(z.string())
    .describe('sessions that were lost before the span, and that `resume` brings back without being named'),
  paste: z
    .array(z.string())
    .describe('what people are told to paste: one command for all that need any shell, and each line for an own shell'),
  back: z
    .array(z.strictObject({ session, at: time }))
    .describe('sessions that had died before the span, and run again'),
  new_sessions: z.array(z.strictObject({ session, at: time })).describe('sessions that were registered in the span'),
  unregistered: z.array(z.string()).describe('sessions that run and are not in the registry yet'),
  ids: z
    .array(
      z.strictObject({
        session,
        at: time,
        from: z.string().nullable().describe('null: none was known'),
        to: z.string(),
      }),
    )
    .describe('conversation ids that were found or changed'),
  finished_jobs: z.array(
    z.strictObject({ id: z.string(), session: z.string().nullable(), state: z.enum(jobStates), at: time }),
  ),
  orphaned_jobs: z.array(finding).describe('delegate jobs that ran in sessions that were gone'),
  blind: z.array(finding).describe('sources that could not be read for minutes'),
  others: z.array(finding).describe('everything else that was found'),
  unwatched: z.array(span).describe('times in which no monitor watched: what happened then was only found later'),
  times: z.array(times).describe('the one that worked longest first'),
});

export type DigestAnswer = Fixed<z.infer<typeof digestAnswer>>;
