import * as z from 'zod';
import type { Fixed } from '../../core/model/fixed.ts';

export const notifyTestAnswer = z.strictObject({
  sent: z.array(
    z.strictObject({
      name: z.string().describe('of the notifier'),
      kind: z.string(),
      answer: z.string().describe('what came back'),
    }),
  ),
});

export type NotifyTestAnswer = Fixed<z.infer<typeof notifyTestAnswer>>;
