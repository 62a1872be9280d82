/** Writes of this very process that have begun and not ended, by the id of their `intended` event. */
const inFlight = new Set<string>();

export function beginFlight(event: string): void {
  inFlight.add(event);
}

export function endFlight(event: string): void {
  inFlight.delete(event);
}

/** May that write still come? */
export function isInFlight(event: string): boolean {
  return inFlight.has(event);
}
