import * as z from 'zod';
import type { Fixed } from '../../core/model/fixed.ts';

/** Whole seconds as in Hermes, so that a program that reads its cards can read these. */
const seconds = z.int().describe('seconds since 1970');

export const cardAnswer = z.strictObject({
  task: z.strictObject({
    id: z.string(),
    title: z.string(),
    status: z.string().describe("the board's own word"),
    block_reason: z.string().nullable(),
    run: z
      .strictObject({ started_at: seconds, pid: z.int() })
      .nullable()
      .describe('who watches it now; null: no process does'),
  }),
  comments: z.array(z.strictObject({ id: z.string(), author: z.string(), body: z.string(), created_at: seconds })),
  events: z.array(z.strictObject({ kind: z.string(), created_at: seconds })),
});

export const commentAnswer = z.strictObject({ card: z.string(), body: z.string().describe('what was written') });

export const dispatchAnswer = z.strictObject({
  card: z.string().nullable().describe('its id; null with `--print`'),
  command: z.string().describe('the line for a shell that made it, or would'),
});

export const monitorAnswer = z.strictObject({
  reason: z.enum(['stopped', 'completed', 'paused', 'ended']).describe('how it ended; `paused`: by a signal'),
  summary: z.string().describe('what was found in the run'),
});

export const demoAnswer = z.strictObject({ said: z.string().describe('one line of the guide; one document a line') });

export type CardAnswer = Fixed<z.infer<typeof cardAnswer>>;
export type CommentAnswer = Fixed<z.infer<typeof commentAnswer>>;
export type DispatchAnswer = Fixed<z.infer<typeof dispatchAnswer>>;
export type MonitorAnswer = Fixed<z.infer<typeof monitorAnswer>>;
export type DemoAnswer = Fixed<z.infer<typeof demoAnswer>>;
