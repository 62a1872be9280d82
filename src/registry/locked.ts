import { RegistryError } from '../errors.ts';
import type { SwapResult } from './registry-file.ts';

/** What is said where somebody else kept the lock for too long. */
export function lockedError({ lock, holders }: Extract<SwapResult, { kind: 'locked' }>): RegistryError {
  const who = holders.length === 0 ? '' : ` by ${holders.join(', ')}`;
  return new RegistryError(`the registry is locked${who}; nothing was written`, {
    where: lock,
    cure: 'wait for the holder, or end it, and try again',
  });
}
