import type { Entry, IdField } from './entry.ts';

/** Returns the id fields of an entry's agent; the first one is made if there is none. */
export function idFields({ agent, ids }: Pick<Entry, 'agent' | 'ids'>): readonly IdField[] {
  return ids.filter((one) => one.agent === agent);
}

/** Returns the conversation that the entry says it runs: the last of its agent's fields with an id counts. */
export function currentId(entry: Pick<Entry, 'agent' | 'ids'>): string | null {
  // For an unknown agent any field will do: it is only shown.
  const fields = entry.agent === null ? entry.ids : idFields(entry);
  return fields.findLast(({ value }) => value != null)?.value ?? null;
}
