import type { Entry, IdField } from '../entry.ts';

export interface NamedIdField {
  readonly path: readonly string[];
  readonly value: IdField;
}

/** The id fields of an entry's agent; the first one is made where none stands. */
export function idFields({ agent, ids }: Entry): readonly NamedIdField[] {
  if (agent === 'claude') {
    return [
      { path: ['claude_session_id_own'], value: ids.own },
      { path: ['agent_identities', 'claude', 'session_id'], value: ids.claude },
    ];
  }
  return agent === 'agy' ? [{ path: ['agent_identities', 'agy', 'conversation_id'], value: ids.agy }] : [];
}

/** The conversation that the entry says it runs: for Claude the one it runs counts before the one it created. */
export function currentId(entry: Entry): string | null {
  return idFields(entry).findLast(({ value }) => value != null)?.value ?? null;
}
