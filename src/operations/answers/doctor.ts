import * as z from 'zod';
import { exitCode } from '../../errors.ts';
import type { Fixed } from '../../core/model/fixed.ts';

export const doctorAnswer = z.strictObject({
  findings: z.array(
    z.strictObject({
      id: z.string().describe('what was checked'),
      ok: z.boolean(),
      message: z.string().describe('what was found'),
      cure: z.string().nullable().describe('what to do now; null where all is well'),
    }),
  ),
});

/** A failure, on stderr in place of an answer. */
export const failureAnswer = z.strictObject({
  error: z.strictObject({
    code: z.literal(Object.values(exitCode)).describe('the exit code'),
    message: z.string().describe('what went wrong'),
    where: z.string().nullable().describe('`path:line:column` of a registry, a flag, a file, an address'),
    cure: z.string().describe('what to do now'),
  }),
});

export type DoctorAnswer = Fixed<z.infer<typeof doctorAnswer>>;
