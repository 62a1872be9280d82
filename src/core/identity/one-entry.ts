import { compare } from '../model/compare.ts';
import { idKey, isSameId } from '../model/conversation-id.ts';
import { isRunning } from '../drift/session-revived.ts';
import { entryId, type Entry } from '../model/entry.ts';
import type { Process } from '../model/observation.ts';
import { clean } from '../words/text.ts';
import type { EntryView, Identity, Newcomer } from '../model/view.ts';

/** What may still be written of a conversation that an agent is proven to run. */
export interface Owners {
  readonly ofView: (view: EntryView) => Identity;
  readonly ofNewcomer: (one: Newcomer) => Identity;
}

/**
 * One conversation, one entry: what an agent is proven to run is not written while another entry records it, or while
 * the agent of another running entry, or of a session that may become one, runs it too. An entry that records it already keeps it.
 * @param newcomers asked only where something is to be written
 */
export function oneEntryEach(
  entries: readonly Entry[],
  views: readonly EntryView[],
  newcomers: () => readonly Newcomer[],
): Owners {
  const holders = indexOf(
    entries.flatMap((entry) => Object.values(entry.ids).flatMap((id) => (id == null ? [] : [[id, entry] as const]))),
  );
  const runners = indexOf(
    views
      .filter(isRunning)
      .flatMap(({ entry, identity }) => (identity.kind === 'proven' ? [[identity.id, entry] as const] : [])),
  );
  const judge = (identity: Identity, own: Entry | null, agent: Process | null): Identity => {
    if (identity.kind !== 'proven') return identity;
    const isOther = (entry: Entry): boolean => own === null || entryId(entry) !== entryId(own);
    const holding = holders.get(idKey(identity.id)) ?? [];
    if (holding.some((entry) => !isOther(entry))) return identity;
    const running = (runners.get(idKey(identity.id)) ?? []).filter(isOther);
    if (holding.length > 0) return contested(identity, holding, 'recorded in');
    if (running.length > 0) return contested(identity, running, 'run in');
    // A grouped session shows the same agent under a second name.
    const others = newcomers().filter((one) => runs(one, identity.id) && one.agentProcess?.pid !== agent?.pid);
    const sessions = others.map(({ where }) => ({ session: where.session.name }));
    return others.length > 0 ? contested(identity, sessions, 'run in') : identity;
  };
  return {
    ofView: ({ entry, identity, agentProcess }) => judge(identity, entry, agentProcess),
    ofNewcomer: ({ identity, agentProcess }) => judge(identity, null, agentProcess),
  };
}

function runs({ identity }: Newcomer, id: string): boolean {
  return identity.kind === 'proven' && isSameId(identity.id, id);
}

function contested(
  { id, said }: Extract<Identity, { kind: 'proven' }>,
  others: readonly { readonly session: string }[],
  how: string,
): Identity {
  const names = [...new Set(others.map(({ session }) => clean(session)))].toSorted(compare);
  return { kind: 'ambiguous', candidates: [id], said: `${said}, but it is ${how} ${names.join(' and ')} too` };
}

function indexOf(pairs: readonly (readonly [string, Entry])[]): ReadonlyMap<string, readonly Entry[]> {
  const index = new Map<string, Entry[]>();
  for (const [id, entry] of pairs) index.set(idKey(id), [...(index.get(idKey(id)) ?? []), entry]);
  return index;
}
