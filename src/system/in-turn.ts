/** Runs one piece of work after the other, in the order in which they were asked. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve();

  run<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => undefined);
    return next;
  }

  /** Resolves when all that was asked until now is done. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
