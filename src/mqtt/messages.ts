import * as z from 'zod';
import type { Fixed } from '../core/model/fixed.ts';
import { activities, waits } from '../core/model/activity.ts';
import { drift } from '../pass/document.ts';
import { jsonIn } from '../system/json.ts';

/**
 * The published messages. `docs/mqtt.md` is generated from these. A change that a reader would notice needs a new
 * number.
 */
const schema = z.literal(1).describe('version of this shape');
const at = z.iso.datetime().describe('ISO 8601, UTC');
const name = z.string();
const liveness = z.enum(['alive', 'gone', 'unknown']);

export const stateMessage = z
  .object({
    schema,
    online: z.boolean().describe('a monitor watches this host'),
    since: at.describe(
      'from when on that is so. In a last will, which is written beforehand: when the connection began; the host was lost some time after',
    ),
    version: z.string().describe("the monitor's version"),
    counts: z
      .object({ alive: z.number(), gone: z.number(), unknown: z.number() })
      .nullable()
      .describe("the entries' liveness; null before the first pass, and in a last will"),
  })
  .describe('Retained. Whether the host is watched. The last will sets `online: false`.');

export const sessionMessage = z
  .object({
    schema,
    session: name.describe('as the registry names it'),
    status: z.enum(['running', 'terminated']).nullable().describe('as in the registry; null: another word'),
    liveness,
    id: z.string().nullable().describe('of its conversation'),
    job: z.string().nullable().describe('its delegate job'),
    // A monitor of another version may leave these out, or use another word: its sessions are shown all the same.
    activity: z
      .enum([...activities, 'unknown'])
      .nullable()
      .catch(null)
      .describe('what its agent does; null where it does not live'),
    waiting_for: z.enum(waits).nullable().catch(null).describe('what it waits for, where that is known'),
    waiting_since: at.nullable().catch(null).describe('since when it waits, where that is known'),
    at: at.describe('when this became so'),
  })
  .describe('Retained. One entry of the registry. Taken away (an empty message) when the entry goes.');

export const eventMessage = z
  .object({
    schema,
    event: z.string().describe('unique: the same id again is the same event'),
    at,
    kind: z.enum([
      'opened',
      'intended',
      'applied',
      'dropped',
      'resolved',
      'undone',
      'tombstone',
      'entries',
      'posting',
      'posted',
      'run',
    ]),
    drifts: z
      .array(drift)
      .optional()
      .describe('what was found: with `opened`; where it needed a repair, with `applied`'),
    of: z.string().optional().describe('the event that this one ends'),
    drift: z.string().optional().describe('the id of the drift that is over, or whose repair was taken back'),
    because: z.enum(['repaired', 'world', 'human']).optional(),
    message: z.string().nullable().optional().describe('one sentence, where the end of a drift is news'),
    session: name.optional(),
    card: z.string().optional(),
    what: z.enum(['started', 'resumed', 'paused', 'stopped', 'completed', 'ended']).optional().describe('of a run'),
  })
  .describe(
    'Each event of the log, in order, QoS 1: once, or again with the same id after a crash. A comment that never arrived has a `posting` and no `posted`. See [the log](log.md).',
  );

export type StateMessage = Fixed<z.infer<typeof stateMessage>>;
export type SessionMessage = Fixed<z.infer<typeof sessionMessage>>;
export type EventMessage = Fixed<z.infer<typeof eventMessage>>;

/** What is known of a session that no monitor watches. */
export const unseen = { liveness: 'unknown', activity: null, waiting_for: null, waiting_since: null } as const;

/** A longer payload is no message of this program; bytes. */
const longestPayload = 65_536;

/** Reads a payload from outside; `null`: it is of another shape. */
export function readMessage<Shape>(shape: z.ZodType<Shape>, payload: Buffer): Shape | null {
  if (payload.length > longestPayload) return null;
  return shape.safeParse(jsonIn(payload.toString())).data ?? null;
}
