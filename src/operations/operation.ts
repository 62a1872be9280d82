import type { ExitCode } from '../errors.ts';
import type { Context } from './context.ts';

/**
 * Something that a user can ask, as data: the command line, its help and completion, and the page of the commands are
 * made from it. The MCP tools are a list of their own (`src/mcp/tools`), in the words of a model that works a card.
 */
/** @template Json the answer of `--json`, whose schema is in `answers/` */
export interface Operation<Json = unknown> {
  readonly name: string;
  /** One line, for lists. */
  readonly summary: string;
  /** What else a person should know; shown by `--help`. */
  readonly description?: string;
  readonly argument?: Argument;
  /** It prints nothing, not even a failure, and always ends with 0: what calls it must not be disturbed. */
  readonly isSilent?: true;
  /** It serves until its caller ends it, with its own protocol on stdout: what it logs is told at once. */
  readonly isServer?: true;
  /** The flags; every operation has `--json` too. */
  readonly flags: readonly Flag[];
  /**
   * Yields its answers; most yield one. The code after a `yield` runs once that answer was flushed.
   * @throws AudienceError, with its exit code
   */
  run(context: Context, input: Input): AsyncIterable<Answer<Json>>;
}

export interface Argument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Flags with which the required argument may be left out. */
  readonly unless?: readonly string[];
  /** It takes all remaining words. */
  readonly variadic?: boolean;
  /** The possible values, or first words: for completion. */
  readonly choices?: readonly string[];
}

export interface Flag {
  readonly name: string;
  readonly description: string;
  /** Absent: a switch. */
  readonly value?: FlagValue;
}

export type FlagValue =
  | { readonly kind: 'text'; readonly placeholder: string }
  | {
      readonly kind: 'choice';
      readonly choices: readonly string[];
      /** What to do instead, said of any other value. */
      readonly otherwise?: string;
      /** What the help shows in place of many choices; the description lists them. */
      readonly placeholder?: string;
    }
  /** In ms once parsed. */
  | { readonly kind: 'duration'; readonly least: number }
  /** A count of at least `least`, and at most `most`; absent: any. */
  | { readonly kind: 'count'; readonly least: number; readonly most?: number }
  /** ms since 1970 once parsed; a duration counts from now, back or on. `words`: words that stand for a time. */
  | { readonly kind: 'time'; readonly direction: 'back' | 'on'; readonly words?: readonly string[] };

export interface Answer<Json = unknown> {
  /** What `--json` prints, on one line of its own. `undefined`: nothing is printed. */
  readonly json: Json;
  /** What people read, without the last line break; outside strings are escaped already. Empty: nothing is printed. */
  readonly text: string;
  readonly exit: ExitCode;
}

/** The user's words and flags, parsed and checked against the operation's. */
export interface Input {
  readonly words: readonly string[];
  readonly values: Readonly<Record<string, string | number | boolean>>;
  readonly json: boolean;
}

export function isOn(input: Input, flag: string): boolean {
  return input.values[flag] === true;
}

export function textOf(input: Input, flag: string): string | null {
  const value = input.values[flag];
  return typeof value === 'string' ? value : null;
}

export function numberOf(input: Input, flag: string): number | null {
  const value = input.values[flag];
  return typeof value === 'number' ? value : null;
}

/** Returns the given one of `choices`. */
export function choiceOf<Choice extends string>(input: Input, flag: string, choices: readonly Choice[]): Choice | null {
  return choices.find((choice) => choice === input.values[flag]) ?? null;
}
