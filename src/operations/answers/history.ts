import * as z from 'zod';
import type { Fixed } from '../../core/model/fixed.ts';
import { drift } from '../../pass/document.ts';

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

export const undoAnswer = z.strictObject({
  event: z.string().describe('the event that had written it'),
  drifts: z.array(z.string()).describe('ids of what was taken back'),
  path: z.string().describe('the registry file'),
  left: z.array(z.string()).describe('why entries of it are left as they are'),
});

export const snoozeAnswer = z.strictObject({
  snoozed: z.array(
    z.strictObject({
      session: z.string(),
      until: z.iso.datetime().describe('no waiting of it is told until then; now: it is told again'),
    }),
  ),
});

export type HistoryRow = Fixed<z.infer<typeof historyRow>>;
export type HistoryAnswer = Fixed<z.infer<typeof historyAnswer>>;
export type SnoozeAnswer = Fixed<z.infer<typeof snoozeAnswer>>;
export type UndoAnswer = Fixed<z.infer<typeof undoAnswer>>;
