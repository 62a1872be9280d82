import { driftKinds } from '../../core/drift/index.ts';
import { compare } from '../../core/model/compare.ts';
import type { PlanSettings } from '../../core/model/plan.ts';
import { shellNames } from '../../core/place/shell.ts';

/** Replaces every word of a name by another one: the same word by the same one, in the same order. */
export class Pseudonyms {
  readonly #kept: ReadonlySet<string>;
  readonly #found = new Set<string>();
  readonly #given = new Map<string, string>();

  /**
   * Makes the pseudonyms.
   * @param settings their words are kept: the agents, their fields, and the parts of a name
   */
  constructor({ registerPattern, agents }: Pick<PlanSettings, 'registerPattern' | 'agents'>) {
    const facts = agents.flatMap(({ name, otherWords, idPaths }) => [name, ...otherWords, ...idPaths.flat()]);
    const ours = [...ownWords, ...facts, ...shellNames, ...driftKinds.map(({ name }) => name), registerPattern.source];
    this.#kept = new Set(ours.flatMap((text) => text.toLowerCase().match(anyWord) ?? []));
  }

  /** Adds the words of a name. All words must be added before the first is replaced. */
  add(text: string): void {
    for (const [word] of text.matchAll(anyWord)) {
      this.#found.add(word.toLowerCase());
      if (isUuid(word)) this.#found.add(headOf(word.toLowerCase()));
    }
  }

  /** Replaces every word of a name, a path or an id. */
  inNames(text: string): string {
    return text.replaceAll(anyWord, (word) => this.#pseudonym(word));
  }

  /** Replaces paths and ids in a sentence, and every word that is also in a name. */
  inProse(text: string): string {
    return text.replaceAll(pathOrWord, (part) => {
      if (part.startsWith('/')) return this.inNames(part);
      return isUuid(part) || this.#found.has(part.toLowerCase()) ? this.#pseudonym(part) : part;
    });
  }

  #pseudonym(word: string): string {
    if (this.#given.size === 0) this.#giveInOrder();
    const key = word.toLowerCase();
    if (this.#kept.has(key)) return word;
    const given = this.#given.get(key) ?? (/^\d+$/.test(key) ? key : this.#give(key));
    return word === key ? given : given.toUpperCase();
  }

  #giveInOrder(): void {
    for (const word of [...this.#found].toSorted(compare)) if (!/^\d+$/.test(word) || isHead(word)) this.#give(word);
  }

  #give(word: string): string {
    const count = this.#given.size + 1;
    const given = this.#made(word, count);
    this.#given.set(word, given);
    return given;
  }

  #made(word: string, count: number): string {
    if (isUuid(word)) {
      const head = this.#given.get(headOf(word)) ?? this.#give(headOf(word));
      return `${head}-0000-4000-8000-${count.toString(16).padStart(12, '0')}`;
    }
    if (isHead(word)) return count.toString(16).padStart(8, '0');
    return isAddress(word) ? `192.0.2.${count}` : `w${String(count).padStart(4, '0')}`;
  }
}

const word = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\d{1,3}(?:\.\d{1,3}){3}|[\p{L}\p{M}\p{N}]+/u;
const anyWord = new RegExp(word.source, 'giu');
const pathOrWord = new RegExp(`(?:/[^\\s/:,;()'"\`]+)+|${word.source}`, 'giu');

function isUuid(text: string): boolean {
  return /^[\da-f]{8}-[\da-f-]{27}$/i.test(text);
}

/** Returns the first part of a UUID: an agent may name a job by it. */
function headOf(uuid: string): string {
  return uuid.slice(0, 8);
}

function isHead(text: string): boolean {
  return /^[\da-f]{8}$/.test(text);
}

function isAddress(text: string): boolean {
  return /^\d+(\.\d+){3}$/.test(text);
}

/** Words that the plan depends on, and words of paths that every machine has: they say nothing about a user. */
const ownWords = [
  // Fields of the registry, and known values.
  'workspace agent cwd host tmux socket status created terminated at termination mode pane pid cmd claude session id own',
  'agent identities conversation previous session ids last visible delegate job monitor ignore pin shared',
  'running auto detected registered rotated user',
  // A `\\0` in the key of a drift.
  'u0000',
  // Sources of evidence.
  'tmux proc boot jobs registry place log',
  // Commands of agents.
  'resume attach continue fork exec',
  // Paths.
  'home root tmp usr bin local lib lib64 opt var run user users private share dev mnt nix store default',
  'projects sessions conversations presence versions config cache state node modules',
  'json jsonl yaml yml toml db lock sock js mjs',
];
