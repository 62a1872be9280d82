import * as z from 'zod';
import type { Fixed } from '../../core/model/fixed.ts';

const time = z.iso.datetime().describe('ISO 8601, UTC');

const noticeEvent = z
  .strictObject({
    id: z.string().describe('the same for the same event, also when it is sent again'),
    kind: z.string().describe('a kind of drift, or `finished`'),
    state: z.enum(['opened', 'resolved']).describe('`resolved`: it is over'),
    at: time,
    session: z.string().nullable().describe('its tmux session; null: it is about no single session'),
    sessions: z.array(z.string()).optional().describe('of a mass event'),
    workspace: z.string().nullable(),
    agent: z.string().nullable(),
    message: z.string().describe('one sentence for people, without control characters'),
    resume: z
      .string()
      .optional()
      .describe('a line for a shell that goes on with the conversation; of a mass event a script'),
  })
  .meta({ id: 'event' });

/** What a notifier sends: the body of a `json` webhook, and the standard input of a `command`. */
export const noticeSchema = z.strictObject({
  schema: z.literal(1).describe('version of this shape'),
  id: z.string().describe('the same for the same events, also when they are sent again'),
  at: time.describe('when it was made; ISO 8601, UTC'),
  host: z.string().describe('the host of the monitor'),
  test: z.boolean().describe('`asm notify test` sent it'),
  urgency: z.enum(['low', 'normal', 'high']),
  title: z.string().describe('one line for people'),
  text: z.string().describe('a sentence a line, for people'),
  events: z.array(noticeEvent).describe('what is told, oldest first'),
  left_out: z.int().describe('how many older events have no room here'),
});

export type Notice = Fixed<z.infer<typeof noticeSchema>>;
export type NoticeEvent = Notice['events'][number];
