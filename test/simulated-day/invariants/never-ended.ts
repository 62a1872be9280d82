import { expect } from 'vitest';
import type { Fleet } from '../fleet.ts';
import type { WrittenEntry } from './registry-text.ts';

/** No living session is ended: the registry never calls a session ended that was alive when it was written. */
export function neverEnded(
  fleet: Fleet,
  before: ReadonlyMap<string, WrittenEntry>,
  after: ReadonlyMap<string, WrittenEntry>,
): void {
  for (const { name } of fleet.living) {
    const isEnded = after.get(name)?.status === 'terminated' && before.get(name)?.status === 'running';
    expect(isEnded, `${name} lives and was ended`).toBe(false);
  }
}
