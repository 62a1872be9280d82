import { entryId } from '../model/entry.ts';
import type { Deferred, LookAgain } from '../model/plan.ts';
import { counted } from '../words/counted.ts';

/** Gathers the entries whose decision is put off, each reason once. */
export class Deferrals {
  readonly #byReason = new Map<string, Deferred>();
  readonly #waitedFor = new Set<string>();
  #settledAt: number | null = null;

  /** Adds an entry. A single pass waits until it may be decided. */
  add(deferred: Deferred): void {
    const id = entryId(deferred.entry);
    this.#byReason.set(`${id}\u0000${deferred.reason}`, deferred);
    if (deferred.until === null) return;
    this.#settledAt = Math.max(this.#settledAt ?? 0, deferred.until);
    this.#waitedFor.add(id);
  }

  all(): readonly Deferred[] {
    return [...this.#byReason.values()];
  }

  /**
   * Says when a single pass looks again; `null`: it waits for nothing.
   * @param now ms since 1970
   */
  lookAgain(now: number): LookAgain | null {
    if (this.#settledAt === null) return null;
    const count = this.#waitedFor.size;
    const because = `settle ${counted(count, 'session')} that changed just now`;
    return { kind: 'settle', afterMs: Math.max(1, this.#settledAt - now), because };
  }
}
