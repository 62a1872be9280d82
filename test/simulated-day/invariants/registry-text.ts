import { expect } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';

const entrySchema = z.looseObject({
  status: z.string().optional(),
  claude_session_id_own: z.string().nullish(),
  last_visible_status: z.string().nullish(),
  pane: z.looseObject({ pid: z.number() }).nullish(),
});
const registrySchema = z.looseObject({ sessions: z.record(z.string(), entrySchema).nullable() });

export type WrittenEntry = z.infer<typeof entrySchema>;

/** What the pieces of former texts say: a text of a thousand entries differs from the last one in a few. */
let known = new Map<string, ReadonlyMap<string, WrittenEntry>>();

/** Reads a registry entry by entry. @throws if one does not parse, or is there twice */
export function entriesIn(text: string): ReadonlyMap<string, WrittenEntry> {
  const [head = '', ...pieces] = text.split(/^(?= {2}\S)/m);
  const read = new Map(pieces.map((piece) => [piece, known.get(piece) ?? sessionsIn(`${head}${piece}`)]));
  known = read;
  const entries = new Map<string, WrittenEntry>();
  for (const [name, entry] of pieces.flatMap((piece) => [...(read.get(piece) ?? [])])) {
    if (entries.has(name)) expect.fail(`${name} is there twice`);
    entries.set(name, entry);
  }
  return entries;
}

/** Reads a registry as any other program would, and compares it with what was read entry by entry. */
export function readsAsAWhole(text: string, entries: ReadonlyMap<string, WrittenEntry>): void {
  expect(sessionsIn(text)).toEqual(entries);
}

/** @throws if it does not parse */
function sessionsIn(text: string): ReadonlyMap<string, WrittenEntry> {
  return new Map(Object.entries(registrySchema.parse(parse(text)).sessions ?? {}));
}
