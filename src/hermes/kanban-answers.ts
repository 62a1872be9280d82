import * as z from 'zod';
import { jsonBehindBanner } from '../system/json.ts';

/** Whole seconds since 1970, as far as a `Date` can tell them. */
const time = z.number().min(0).max(8.64e12);

/** The fields that are read from `hermes kanban show --json`; times are whole seconds since 1970. */
export const shownSchema = z.object({
  task: z.object({
    id: z.string(),
    title: z.string().nullish(),
    body: z.string().nullish(),
    /** Any text: later versions of Hermes have further words, such as `review`. */
    status: z.string(),
    assignee: z.string().nullish(),
    started_at: time.nullish(),
  }),
  comments: z.array(z.object({ author: z.string().nullish(), body: z.string(), created_at: time })),
  events: z.array(
    z.object({ kind: z.string(), payload: z.record(z.string(), z.unknown()).nullish(), created_at: time }),
  ),
});
export type Shown = z.infer<typeof shownSchema>;

/** The fields that are read from `hermes kanban boards list --json`. */
export const listedBoards = z.array(z.object({ slug: z.string(), is_current: z.boolean(), db_path: z.string() }));

/** The fields that are read from `hermes kanban create --json`. */
export const createdSchema = z.object({ id: z.string() });

/** An assignee without a folder on the disk was a profile once, or never. */
const assignees = z.array(
  z
    .object({ name: z.string(), on_disk: z.literal(true) })
    .nullable()
    .catch(null),
);

/** Returns the profiles among `hermes kanban assignees --json`; `null`: the answer is of another shape. */
export function profilesIn(stdout: string): readonly string[] | null {
  const rows = assignees.safeParse(jsonBehindBanner(stdout)).data;
  return rows?.flatMap((row) => (row === null ? [] : [row.name])) ?? null;
}
