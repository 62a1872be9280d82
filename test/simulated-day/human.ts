import { readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import type { Random } from '../random.ts';

/** A person with an editor. Each edit is one of the text as it stands then. */
export class Human {
  /** The registry cannot be read until the person mends it. */
  hasBroken = false;
  #notes = 0;
  readonly #path: string;
  readonly #wall: () => number;
  readonly #random: Random;

  constructor(path: string, wall: () => number, random: Random) {
    this.#path = path;
    this.#wall = wall;
    this.#random = random;
  }

  read(): string {
    return readFileSync(this.#path, 'utf8');
  }

  /** Writes in place, or beside and renamed, as editors do. */
  save(text: string): void {
    const target = this.#random.next() < 0.5 ? this.#path : `${this.#path}~`;
    writeFileSync(target, text);
    const seconds = this.#wall() / 1_000;
    utimesSync(target, seconds, seconds);
    if (target !== this.#path) renameSync(target, this.#path);
  }

  /** Writes a note: above an entry, behind a value, or under a key of the person's own. */
  comment(name: string): void {
    this.#notes += 1;
    const note = `note ${this.#notes} é`;
    const kind = Math.floor(this.#random.next() * 3);
    this.#change(name, ([head = '', ...rest]) => {
      if (kind === 0) return [`  # ${note}`, head, ...rest];
      if (kind === 1)
        return [head, ...rest.map((line) => (/^ {4}status: \w+$/.test(line) ? `${line}  # ${note}` : line))];
      return [head, ...rest.filter((line) => !line.startsWith('    remark:')), `    remark: "${note}"`];
    });
  }

  /** Moves an entry to the end. */
  reorder(name: string): void {
    this.#change(name, (lines, others) => {
      others.push(...lines);
      return [];
    });
  }

  rename(from: string, to: string): void {
    this.#change(from, ([, ...rest]) => [`  ${to}:`, ...rest]);
  }

  delete(...names: readonly string[]): void {
    const text = names.reduce((now, name) => changed(now, name, () => []), this.read());
    this.save(text);
  }

  add(name: string): void {
    const lines = [`  ${name}:  # by hand`, '    agent: claude', `    cwd: /home/me/${name}`, '    status: running'];
    this.save(`${this.read()}${lines.join('\n')}\n    claude_session_id_own: null\n`);
  }

  /** Leaves a bracket open, until `mend`. */
  break(): void {
    this.hasBroken = true;
    this.save(`${this.read()}${broken}`);
  }

  mend(): void {
    this.hasBroken = false;
    this.save(this.read().replace(broken, ''));
  }

  #change(name: string, edit: Edit): void {
    const text = this.read();
    const now = changed(text, name, edit);
    if (now !== text) this.save(now);
  }
}

/** Gives the lines that take the place of an entry's; `rest` is what follows the entry. */
type Edit = (lines: string[], rest: string[]) => string[];

/** Returns the text with one entry edited; as it is, if the entry is not there. */
function changed(text: string, name: string, edit: Edit): string {
  const lines = text.split('\n').slice(0, -1);
  const from = lines.findIndex((line) => line.startsWith(`  ${name}:`));
  if (from < 0) return text;
  const length = lines.slice(from + 1).findIndex((line) => !line.startsWith('    '));
  const to = length < 0 ? lines.length : from + 1 + length;
  const rest = lines.slice(to);
  const edited = edit(lines.slice(from, to), rest);
  return `${[...lines.slice(0, from), ...edited, ...rest].join('\n')}\n`;
}

const broken = '  half: [typed\n';
