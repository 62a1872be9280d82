import * as z from 'zod';
import type { Fixed } from '../../core/model/fixed.ts';

export const resumeAnswer = z.strictObject({
  script: z.string().describe('for a POSIX shell; it leaves a session that lives alone, and may be run again'),
  sessions: z
    .array(
      z.strictObject({
        session: z.string(),
        line: z.string().nullable().describe('the line that makes the session again, with its conversation in it'),
        reason: z.string().nullable().describe('why there is no line, and what to do; null where there is one'),
      }),
    )
    .describe('in the order of the registry'),
});

export type ResumeAnswer = Fixed<z.infer<typeof resumeAnswer>>;
