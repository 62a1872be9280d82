import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Replaces a small file of ours as a whole: a reader sees the old text or the new one. Not for the registry: nothing
 * is synced to the disk. What a killed writer leaves is found by its pid: `sweepTemporaries`.
 */
export function writeStateFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  namingPlace(path, () => writeFileSync(temporary, text, { mode: 0o600 }));
  renameSync(temporary, path);
}

/** Does what writes to an open file: unlike its opening, the system's refusal (a full disk) does not say of which. */
export function namingPlace<Written>(path: string, write: () => Written): Written {
  try {
    return write();
  } catch (error) {
    if (error instanceof Error && !('path' in error)) Object.assign(error, { path });
    throw error;
  }
}

/** Takes away what writers that are dead by now have left in that folder. */
export function sweepTemporaries(folder: string): void {
  for (const name of names(folder)) {
    const pid = /\.(\d+)\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && Number(pid) !== process.pid && !lives(Number(pid))) tryRemove(join(folder, name));
  }
}

/** Litter in a folder that is read-only by now holds up nothing. */
function tryRemove(path: string): void {
  try {
    rmSync(path);
  } catch {
    // It is gone already, or stays.
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
