import * as z from 'zod';

/** What is read of `hermes kanban boards list --json`. */
export const listedBoards = z.array(z.object({ slug: z.string(), is_current: z.boolean(), db_path: z.string() }));
