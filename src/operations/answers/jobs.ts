import * as z from 'zod';
import { jobStates } from '../../core/model/job.ts';
import type { Fixed } from '../../core/model/fixed.ts';

/** Other tools write job files too: a missing field is null, and times are passed on as they are. */
const when = z.string().nullable().describe('ISO 8601');
const state = z.enum(jobStates);

export const jobAnswer = z
  .strictObject({
    id: z.string(),
    session: z.string().nullable().describe('whose job it is'),
    workspace: z.string().nullable(),
    agent: z.string().nullable(),
    prompt: z.string().nullable().describe('what is to be done'),
    state,
    created_at: when,
    updated_at: when,
    exit: z.number().nullable().describe('the exit code, once it is over'),
    events: z.array(z.strictObject({ event: z.string(), at: z.string() })).describe('what befell it, newest last'),
  })
  .meta({ id: 'job', description: 'A delegate job, by our names for its fields.' });

export const jobsAnswer = z.strictObject({ jobs: z.array(jobAnswer) });

export const jobEventAnswer = z.strictObject({
  schema: z.literal(1).describe('version of this shape'),
  id: z.string().describe("the job's"),
  event: z.string().nullable().describe('what happened to it last'),
  state,
  session: z.string().nullable(),
  at: when,
});

export type JobAnswer = Fixed<z.infer<typeof jobAnswer>>;
export type JobsAnswer = Fixed<z.infer<typeof jobsAnswer>>;
export type JobEventAnswer = Fixed<z.infer<typeof jobEventAnswer>>;
