import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Fixed } from '../../core/model/fixed.ts';
import { readJson } from '../../system/json.ts';
import { writeStateFile } from '../../system/replace-file.ts';
import type { Context } from '../context.ts';
import type { Client, ServerStart } from './client.ts';
import type { Standing } from './entry-text.ts';
import { startsFor } from './standing.ts';

const recordSchema = z.object({
  command: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  entry: z.record(z.string(), z.unknown()).exactOptional(),
});

/** What set-up had a host write last: what that starts, and as it stood in the host's file. */
type Recorded = Fixed<z.infer<typeof recordSchema>>;

/** Returns what set-up writes, and what it wrote last: node or the package may have moved since. */
export function startsOf(context: Context, client: Client): readonly ServerStart[] {
  const recorded = recordOf(context, client);
  return [...startsFor(context, client), ...(recorded === null ? [] : [recorded])];
}

/** Returns the entry as the host wrote it for set-up; `null`: that is not known. */
export function entryOf(context: Context, client: Client): Readonly<Record<string, unknown>> | null {
  return recordOf(context, client)?.entry ?? null;
}

/** Keeps what a host has just written: `--uninstall` knows it again, and an update sees what was added to it since. */
export function keepRecord(context: Context, client: Client, standing: Standing): void {
  if (standing.kind !== 'entry' || standing.start === null) return;
  const recorded: Recorded = { ...standing.start, entry: standing.entry };
  writeStateFile(recordPath(context, client), JSON.stringify(recorded));
}

/** Keeps what users added to entries that are taken out. @returns the path of the file */
export function keepFormer({ settings }: Context, { name }: Client, entries: readonly unknown[]): string {
  const path = join(settings.stateDir, 'clients', `${name}-former.json`);
  writeStateFile(path, `${JSON.stringify(entries, null, 2)}\n`);
  return path;
}

export function dropRecord(context: Context, client: Client): void {
  rmSync(recordPath(context, client), { force: true });
}

function recordOf(context: Context, client: Client): Recorded | null {
  return readJson(recordPath(context, client), (value) => recordSchema.safeParse(value).data ?? null);
}

function recordPath({ settings }: Context, { name }: Client): string {
  return join(settings.stateDir, 'clients', `${name}.json`);
}
