/** Runs pieces of work one after the other, in the order of the calls. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve();

  run<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => undefined);
    return next;
  }

  /** Resolves when all former work is done. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
