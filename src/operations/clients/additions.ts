import { isDeepStrictEqual } from 'node:util';
import { clean } from '../../core/words/text.ts';
import type { HostAnswer } from '../../hermes/setup/answers.ts';
import { isObject } from '../../system/json.ts';
import type { Context } from '../context.ts';
import type { Client } from './client.ts';
import type { Standing } from './entry-text.ts';
import { entryOf, keepFormer, startsOf } from './record.ts';
import { isStart } from './standing.ts';

type Entry = Readonly<Record<string, unknown>>;

/**
 * Returns the names of what the user added to an entry of set-up, or changed in it: `env.MY_NAME`, `timeout`. Not the
 * values: they may be secrets.
 */
export function additionsIn(context: Context, client: Client, standing: Standing): readonly string[] {
  if (standing.kind !== 'entry' || standing.start === null) return [];
  const { more, form } = client.file;
  const start = startsOf(context, client).find((one) => isStart(standing, one)) ?? standing.start;
  return addedTo(entryOf(context, client) ?? { ...more, ...form.write(start) }, standing.entry);
}

function addedTo(written: Entry, entry: Entry): readonly string[] {
  return Object.entries(entry).flatMap(([key, value]) => {
    const former = written[key];
    if (isDeepStrictEqual(value, former)) return [];
    if (!isObject(value)) return [key];
    return addedTo(isObject(former) ? former : {}, value).map((name) => `${key}.${name}`);
  });
}

/** The entries that are taken out, of which those are kept to which the user has added something. */
export class FormerEntries {
  readonly #context: Context;
  readonly #client: Client;
  readonly #entries: Entry[] = [];
  readonly #names = new Set<string>();
  #path: string | null = null;

  constructor(context: Context, client: Client) {
    this.#context = context;
    this.#client = client;
  }

  /** Keeps an entry before it is taken out. */
  keep(standing: Standing): void {
    const names = additionsIn(this.#context, this.#client, standing);
    if (standing.kind !== 'entry' || names.length === 0) return;
    this.#entries.push(standing.entry);
    for (const name of names) this.#names.add(name);
    this.#path = keepFormer(this.#context, this.#client, this.#entries);
  }

  json(): Pick<HostAnswer, 'dropped'> {
    return this.#path === null ? {} : { dropped: { names: [...this.#names], kept: this.#path } };
  }

  lines(): readonly string[] {
    if (this.#path === null) return [];
    const names = [...this.#names].join(', ');
    return [clean(`with it went what is not from asm setup: ${names}; the former entry is kept in ${this.#path}`)];
  }
}
