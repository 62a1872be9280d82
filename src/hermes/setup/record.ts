import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readJson } from '../../system/json.ts';
import { shortHash } from '../../system/hash.ts';
import { writeStateFile } from '../../system/replace-file.ts';

const recordSchema = z.object({
  config: z.string(),
  /** The entry as it was written: Hermes rewrites its config without the comment that marks it. */
  entry: z
    .object({
      command: z.string(),
      args: z.array(z.string()).readonly(),
      timeout: z.number(),
      env: z.record(z.string(), z.string()).readonly(),
    })
    .nullable(),
  /** Hashes of the installed files of the skill, by their paths in its folder. */
  skill: z.record(z.string().regex(/^\w[\w.-]*(\/\w[\w.-]*)*$/), z.string()),
});

/** What `setup` wrote for one config of Hermes: `setup` changes and removes only this. */
export type SetupRecord = z.infer<typeof recordSchema>;

/**
 * Reads the record of one config.
 * @param config its real path
 */
export function readRecord(stateDir: string, config: string): SetupRecord {
  const record = readJson(recordPath(stateDir, config), (value) => recordSchema.safeParse(value).data ?? null);
  return record ?? { config, entry: null, skill: {} };
}

export function writeRecord(stateDir: string, record: SetupRecord): void {
  writeStateFile(recordPath(stateDir, record.config), JSON.stringify(record));
}

export function removeRecord(stateDir: string, { config }: SetupRecord): void {
  rmSync(recordPath(stateDir, config), { force: true });
}

function recordPath(stateDir: string, config: string): string {
  return join(stateDir, 'hermes', `${shortHash(config)}.json`);
}
