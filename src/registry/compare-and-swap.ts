import { join } from 'node:path';
import { backUp } from '../system/backups.ts';
import { registryHash } from './hash.ts';
import { readFileText } from './read-text.ts';
import type { Prepared } from './registry-file.ts';
import { stage } from '../system/replace-file.ts';

/**
 * Puts the prepared text in the file's place if its text is still the expected one. Nothing stands between the
 * comparison and the rename: backup and fsync come before. So the edit of a person who takes no lock has the least
 * chance to fall in between.
 * @param target with symlinks resolved
 * @param expected the text's hash; `null`: there is no file
 */
export function compareAndSwap(
  target: string,
  expected: string | null,
  prepared: Prepared,
  stateDir: string,
): 'swapped' | 'changed' {
  const before = readFileText(target);
  const old = before.kind === 'read' ? before.text : null;
  if ((old === null ? null : registryHash(old)) !== expected) return 'changed';
  const staged = stage(target, prepared.text);
  try {
    if (old !== null) backUp(join(stateDir, 'backups'), old, Date.now());
    const now = readFileText(target);
    if ((now.kind === 'read' ? registryHash(now.text) : null) !== expected) return 'changed';
    staged.commit();
    return 'swapped';
  } finally {
    staged.discard();
  }
}
