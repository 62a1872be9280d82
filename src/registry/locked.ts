import { RegistryError } from '../errors.ts';

/** What is said where another process kept the lock for too long. @param holders who has it, as far as that is known */
export function lockedError(lock: string, holders: readonly string[]): RegistryError {
  const who = holders.length === 0 ? '' : ` by ${holders.join(', ')}`;
  return new RegistryError(`the registry is locked${who}; nothing was written`, {
    where: lock,
    cure: 'wait for the holder, or end it, and try again',
  });
}
