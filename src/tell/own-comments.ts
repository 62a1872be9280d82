import type { Event } from '../log/log.ts';
import { hashOf } from '../system/hash.ts';

export function bodyHash(body: string): string {
  return hashOf(body.trimEnd());
}

/**
 * Recognises the monitor's own comments on a card by text and position, never by author: on Hermes' board a person at a
 * shell and the worker have the same name.
 */
export function ownComments(events: readonly Event[], card: string): (body: string, index: number) => boolean {
  const firstPosition = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== 'posting' || event.card !== card) continue;
    firstPosition.set(event.bodyHash, Math.min(event.cardPosition, firstPosition.get(event.bodyHash) ?? Infinity));
  }
  return (body, index) => index >= (firstPosition.get(bodyHash(body)) ?? Infinity);
}
