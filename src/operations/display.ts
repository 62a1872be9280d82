import type { LogLevel } from '../config/settings.ts';
import { clean } from '../core/words/text.ts';
import type { Context } from './context.ts';
import type { Answer, Input } from './operation.ts';
import type { Draw, Keys, Page, Screen } from './screen.ts';
import { painter } from './text/paint.ts';

/** Of trouble the screen shows the last lines. */
const troubleAtMost = 3;

/** An answer of a command that stays. */
export interface Shown<Json> extends Pick<Answer<Json>, 'json' | 'exit'> {
  /** Where this text is the same, nothing has changed, and nothing is printed again. */
  readonly sameAs: string;
  readonly draw: Draw;
}

/** Shows the answers of a command that stays: in place on the user's screen, and without a screen one below the other. */
export class Display {
  /** Aborts with the context's own signal, and when the user ends the command by a key. */
  readonly signal: AbortSignal;
  readonly isInPlace: boolean;
  readonly #context: Context;
  readonly #look: Keys['look'];
  readonly #over = new AbortController();
  #screen: Screen | null = null;
  #last: Shown<unknown> | null = null;
  #trouble: readonly string[] = [];
  /** What the screen shows is still right, but for the times. */
  #isDrawn = false;

  /** @param look looks at once, because the user asks; `null`: it all comes by itself */
  constructor(context: Context, input: Input, look: Keys['look']) {
    this.#context = context;
    this.#look = look;
    this.isInPlace = context.screen !== null && input.values['watch'] === true && !input.json;
    this.signal = AbortSignal.any([context.signal, this.#over.signal]);
  }

  /** Shows an answer. @returns what is left to print; `null`: nothing has changed */
  async show<Json>(shown: Shown<Json>): Promise<Answer<Json> | null> {
    const { json, exit, sameAs, draw } = shown;
    const isSame = sameAs === this.#last?.sameAs;
    const isFirst = this.#last === null;
    this.#last = shown;
    if (this.isInPlace) {
      if (!isSame || !this.#isDrawn) await this.#draw();
      return { json, text: '', exit };
    }
    if (isSame) return null;
    const { stdoutIsTerminal, columns } = this.#context.output;
    const text = pageText(await draw(stdoutIsTerminal ? columns : null));
    return { json, text: isFirst ? text : `\n${text}`, exit };
  }

  /** Says on the screen why what it shows may be old. Without a screen it is said on stderr, at that level. */
  readonly trouble = (line: string, level: LogLevel = 'error'): void => {
    if (this.#screen === null) return this.#context.output.log(level, line);
    this.#trouble = [...this.#trouble, line].slice(-troubleAtMost);
    void this.#draw();
  };

  /** Takes the trouble off the screen with the next answer. */
  calm(): void {
    this.#isDrawn &&= this.#trouble.length === 0;
    this.#trouble = [];
  }

  close(): void {
    this.#screen?.close();
  }

  /** Opens the screen with the first answer: what fails before stays on the user's own screen. */
  async #draw(): Promise<void> {
    if (this.signal.aborted) return;
    const { screen, output } = this.#context;
    this.#screen ??= screen?.({ look: this.#look, end: () => this.#over.abort() }) ?? null;
    this.#isDrawn = true;
    const paint = painter(output.color);
    await this.#screen?.show(async (width) => {
      const { head, rows, foot } = (await this.#last?.draw(width)) ?? nothing;
      return { head, rows, foot: [...this.#trouble.map((line) => paint('yellow', clean(line))), ...foot] };
    });
  }
}

const nothing: Page = { head: [], rows: [], foot: [] };

/** Returns a page as text, below which more may follow. */
export function pageText({ head, rows, foot }: Page): string {
  return [...head, ...rows.flat(), ...foot].join('\n');
}
