import { agents } from './agent.ts';
import { idPaths, type Agent, type Entry, type IdField } from './entry.ts';

export interface NamedIdField {
  readonly path: readonly string[];
  readonly value: IdField;
}

/** The id fields of an entry's agent; the first one is made where none stands. */
export function idFields({ agent, ids }: Pick<Entry, 'agent' | 'ids'>): readonly NamedIdField[] {
  if (agent === null) return [];
  return agents[agent].idFields.map((field) => ({ path: idPaths[field], value: ids[field] }));
}

/** Where a new entry of that agent records its conversation. */
export function newIdPath(agent: Agent): readonly string[] {
  return idPaths[agents[agent].idFields[0]];
}

/** The conversation that the entry says it runs: for Claude the one it runs counts before the one it created. */
export function currentId(entry: Pick<Entry, 'agent' | 'ids'>): string | null {
  // Of an agent that we do not know any will do: it is only shown.
  const values = entry.agent === null ? Object.values(entry.ids) : idFields(entry).map(({ value }) => value);
  return values.findLast((value) => value != null) ?? null;
}
