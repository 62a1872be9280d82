import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readJson } from '../../system/json.ts';
import { shortHash } from '../../system/hash.ts';
import { writeStateFile } from '../../system/replace-file.ts';

const hashes = z.record(z.string().regex(/^\w[\w.-]*(\/\w[\w.-]*)*$/), z.string());

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
  skill: hashes,
  /** Hashes of the installed files of the plugin. */
  plugin: hashes.default({}),
  /** Names of the folders above them that were not there before. */
  made: z.array(z.string()).readonly().default([]),
});

/** What `setup` wrote for one config of Hermes: `setup` changes and removes only this. */
export type SetupRecord = z.infer<typeof recordSchema>;

/**
 * Reads the record of one config.
 * @param config its real path
 */
export function readRecord(stateDir: string, config: string): SetupRecord {
  const record = readJson(recordPath(stateDir, config), (value) => recordSchema.safeParse(value).data ?? null);
  return record ?? { config, entry: null, skill: {}, plugin: {}, made: [] };
}

/** Writes the record; one that says nothing is removed. */
export function writeRecord(stateDir: string, record: SetupRecord): void {
  const path = recordPath(stateDir, record.config);
  const isEmpty = record.entry === null && [record.skill, record.plugin].every((of) => Object.keys(of).length === 0);
  if (isEmpty) rmSync(path, { force: true });
  else writeStateFile(path, JSON.stringify(record));
}

function recordPath(stateDir: string, config: string): string {
  return join(stateDir, 'hermes', `${shortHash(config)}.json`);
}
