import type { Event } from '../log/log.ts';
import { hashOf } from '../system/hash.ts';

export function bodyHash(body: string): string {
  return hashOf(body.trimEnd());
}

/**
 * Which comments of a card are ours: by what we posted and where, never by author (on Hermes' board a person at a
 * shell and the worker have one name).
 */
export function ownComments(events: readonly Event[], card: string): (body: string, index: number) => boolean {
  const firstPosition = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== 'posting' || event.card !== card) continue;
    firstPosition.set(event.bodyHash, Math.min(event.cardPosition, firstPosition.get(event.bodyHash) ?? Infinity));
  }
  return (body, index) => index >= (firstPosition.get(bodyHash(body)) ?? Infinity);
}
