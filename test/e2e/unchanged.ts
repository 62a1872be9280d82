import { statSync } from 'node:fs';

/**
 * Remembers answers for as long as the files that they come from stay the same. A test polls; without this, a poll would
 * start a program again and again, and take the processor from what it waits for.
 */
export class Unchanged<Answer> {
  readonly #known = new Map<string, { readonly files: string; readonly answer: Answer }>();

  /** Returns the last answer to the question, or asks again if one of the files is another one or has another text. */
  answer(question: string, files: readonly string[], ask: () => Answer): Answer {
    // Taken before the question: what changes meanwhile is asked again.
    const now = files.map(stateOf).join();
    const known = this.#known.get(question);
    if (known?.files === now) return known.answer;
    const answer = ask();
    this.#known.set(question, { files: now, answer });
    if (answer instanceof Promise) answer.catch(() => this.#known.delete(question));
    return answer;
  }
}

function stateOf(path: string): string {
  const state = statSync(path, { bigint: true, throwIfNoEntry: false });
  return state === undefined ? 'absent' : `${state.ino} ${state.size} ${state.mtimeNs}`;
}
