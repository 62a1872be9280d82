import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { namesOrNone } from './if-readable.ts';
import { sweepTemporaries, writeStateFile } from './replace-file.ts';

const backupsAtMost = 10;

/**
 * Keeps the YAML text that is about to be replaced; the oldest of eleven is removed. A text that a full disk cut short
 * is none of them: there it would take the place of a whole one with each try.
 * @param now ms since 1970
 */
export function backUp(folder: string, text: string, now: number): void {
  sweepTemporaries(folder);
  writeStateFile(join(folder, `${new Date(now).toISOString().replaceAll(':', '-')}.yaml`), text);
  const kept = namesOrNone(folder).filter((file) => file.endsWith('.yaml'));
  for (const old of kept.toSorted().slice(0, -backupsAtMost)) unlinkSync(join(folder, old));
}
