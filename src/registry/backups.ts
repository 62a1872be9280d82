import { mkdirSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const backupsAtMost = 10;

/** Keeps the text that is about to be replaced; the oldest of eleven goes. */
export function backUp(dir: string, text: string, at: number): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const name = `${new Date(at).toISOString().replaceAll(':', '-')}.yaml`;
  writeFileSync(join(dir, name), text, { mode: 0o600 });
  const kept = readdirSync(dir)
    .filter((file) => file.endsWith('.yaml'))
    .toSorted();
  for (const old of kept.slice(0, -backupsAtMost)) unlinkSync(join(dir, old));
}
