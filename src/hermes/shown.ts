import * as z from 'zod';

/** What is read of `hermes kanban show --json`; times there are whole seconds since 1970. */
export const shownSchema = z.object({
  task: z.object({
    id: z.string(),
    title: z.string().nullish(),
    body: z.string().nullish(),
    /** Open text: later versions of Hermes have further words, such as `review`. */
    status: z.string(),
    assignee: z.string().nullish(),
    started_at: z.number().nullish(),
  }),
  comments: z.array(z.object({ author: z.string().nullish(), body: z.string(), created_at: z.number() })),
  events: z.array(
    z.object({ kind: z.string(), payload: z.record(z.string(), z.unknown()).nullish(), created_at: z.number() }),
  ),
});
export type Shown = z.infer<typeof shownSchema>;
