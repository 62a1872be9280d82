/**
 * What a Claude's own record of a process is worth, by the version that keeps it. Measured with 2.1.123, .128, .131,
 * .132, .141, .160, .204, .240, .288 and .332.
 *
 * `none`: it keeps no records. `stale`: after `/clear` the record names the conversation that was left, for good.
 * `unknown`: not measured. `true`: the record follows `/clear`, `/resume` and `/branch` at once.
 */
export type RecordWorth = 'none' | 'stale' | 'unknown' | 'true';

/** The first version of each worth, the newest first. */
const worthFrom: readonly (readonly [version: readonly [number, number, number], worth: RecordWorth])[] = [
  [[2, 1, 128], 'true'],
  [[2, 1, 124], 'unknown'],
  [[2, 1, 117], 'stale'],
  [[0, 0, 0], 'none'],
];

/**
 * Returns what a record is worth.
 * @param version as the record names it; `null`: it names none, and is believed
 */
export function worthOfRecord(version: string | null): RecordWorth {
  if (version === null) return 'true';
  const worth = worthOf(version);
  // A record by a version that kept none is as old as those versions.
  return worth === 'none' ? 'stale' : worth;
}

/**
 * Decides whether a Claude of that version keeps a record of each process that runs a conversation.
 * @param version `null`: none is named, as in old versions
 */
export function keepsRecord(version: string | null): boolean {
  return version !== null && worthOf(version) !== 'none';
}

function worthOf(version: string): RecordWorth {
  const parts = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
  if (parts === undefined) return 'unknown';
  return worthFrom.find(([from]) => isFrom(parts, from))?.[1] ?? 'unknown';
}

function isFrom(parts: readonly number[], from: readonly number[]): boolean {
  const differs = from.findIndex((part, index) => part !== parts[index]);
  return differs === -1 || (parts[differs] ?? 0) > (from[differs] ?? 0);
}
