import * as z from 'zod';
import { sessionMessage } from '../../mqtt/messages.ts';
import type { Fixed } from '../../core/model/fixed.ts';

const host = z
  .strictObject({
    host: z.string(),
    online: z.boolean().describe('a monitor watches it; the sessions of a host that is offline are `unknown`'),
    since: z.string().nullable().describe('ISO 8601, UTC; null: nothing is known of when'),
    lost: z.boolean().describe('it was lost, not ended: some time after `since`, its last sign of life'),
    reason: z
      .string()
      .exactOptional()
      .describe('with `--ssh`: why it did not answer, or which of its sessions could not be read'),
    sessions: z.array(
      sessionMessage
        .omit({ schema: true })
        .strict()
        .meta({ id: 'fleet session', description: 'A session as its host published it.' }),
    ),
  })
  .meta({ id: 'host', description: 'A host on the broker, or one that was asked over ssh.' });

export const fleetAnswer = z.strictObject({ hosts: z.array(host) });

export const forgetAnswer = z.strictObject({
  forgotten: z.string().describe('the host'),
  topics: z.int().describe('how many retained topics were taken away'),
  hosts: z.array(host).describe('the remaining hosts'),
});

export type FleetAnswer = Fixed<z.infer<typeof fleetAnswer>>;
export type ForgetAnswer = Fixed<z.infer<typeof forgetAnswer>>;
