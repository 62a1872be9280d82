import * as z from 'zod';
import type { Fixed } from '../../core/model/fixed.ts';

export const pageAnswer = z.strictObject({
  url: z.string().describe('its address; what follows `#` is the key, so keep it to yourself'),
  port: z.int(),
  is_others: z.boolean().describe('another process serves it already, and this command ends at once'),
});

export type PageAnswer = Fixed<z.infer<typeof pageAnswer>>;
