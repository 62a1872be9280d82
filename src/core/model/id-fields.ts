import type { Entry, IdField } from './entry.ts';

/** Returns the id fields of an entry's agent; the first one is made where none stands. */
export function idFields({ agent, ids }: Pick<Entry, 'agent' | 'ids'>): readonly IdField[] {
  return ids.filter((one) => one.agent === agent);
}

/** Returns the conversation that the entry says it runs: of its agent's fields the last one that holds an id counts. */
export function currentId(entry: Pick<Entry, 'agent' | 'ids'>): string | null {
  // Of an agent that we do not know any will do: it is only shown.
  const fields = entry.agent === null ? entry.ids : idFields(entry);
  return fields.findLast(({ value }) => value != null)?.value ?? null;
}
