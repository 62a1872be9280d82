/** What a request asks, in no protocol's own words. */
export interface Asked {
  readonly model: string;
  readonly stream: boolean;
  /** What the user typed last. */
  readonly prompt: string;
  /** How many results of tools came after it. */
  readonly results: number;
  /** A call of the agent's shell tool; `null`: it offers none. */
  readonly shell: ((command: string) => Call) | null;
  /** The calls that end with the agent waiting for its user, as far as it has such tools. */
  readonly waits?: Readonly<Record<'question' | 'plan', readonly Call[]>>;
}

export interface Call {
  readonly name: string;
  readonly input: object;
}

/** What the model does. */
export type Step = { readonly kind: 'say'; readonly text: string } | ({ readonly kind: 'call' } & Call);

/** One way in which agents talk with a model. */
export interface Protocol {
  /** How the path of its requests ends. */
  readonly path: string;
  readonly read: (body: unknown, path: string) => Asked;
  /** The whole answer at once. */
  readonly whole: (step: Step, model: string) => object;
  /** The same answer as a stream of server-sent events. */
  readonly events: (step: Step, model: string) => readonly ServerEvent[];
}

export interface ServerEvent {
  readonly name: string | null;
  readonly data: object | string;
}

interface Part {
  readonly type?: string | undefined;
  readonly text?: string | undefined;
}

/** Returns the text of a message, whose content may be one text or parts. */
export function textOf(content: string | readonly Part[] | null | undefined): string {
  if (content == null || typeof content === 'string') return content ?? '';
  return content.map(({ text }) => text ?? '').join('\n');
}
