/** One parser of text from outside, and what must be true of each of its answers. */
export interface Target {
  readonly name: string;
  /** Texts that it takes. */
  readonly seeds: readonly string[];
  /** Parses as the product does, and looks at nothing. */
  readonly parse: (text: string) => unknown;
  /** Parses and looks at the answer. @throws if it fails in another way than its own, or its answer is not true */
  readonly check: (text: string) => void | Promise<void>;
}

/** Makes the target of a parser of whose answers nothing must be true but that they come: it never throws. */
export function anyAnswer(name: string, seeds: readonly string[], parse: Target['parse']): Target {
  return { name, seeds, parse, check: async (text) => void (await parse(text)) };
}
