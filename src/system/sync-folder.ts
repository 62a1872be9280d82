import { closeSync, fsyncSync, openSync } from 'node:fs';

/** A rename is durable once its folder is. */
export function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
