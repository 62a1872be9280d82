import type { Memory } from '../core/model/memory.ts';
import type { MemoryStore } from './memory-store.ts';

/**
 * The memory for passes that write nothing: beside what other processes have kept, this process remembers since when
 * it has seen each source blind, for as long as it lives.
 */
export class OwnBlindness implements MemoryStore {
  readonly #kept: MemoryStore;
  #own: Memory['blind'] = {};

  constructor(kept: MemoryStore) {
    this.#kept = kept;
  }

  async load(): Promise<Memory> {
    const kept = await this.#kept.load();
    return Object.keys(this.#own).length === 0 ? kept : { ...kept, blind: { ...kept.blind, ...this.#own } };
  }

  save(memory: Memory, previous: Memory): Promise<string | null> {
    return this.#kept.save(memory, previous);
  }

  /** Takes what a pass of this process would remember. */
  saw({ blind }: Memory): void {
    this.#own = blind;
  }
}
