import { compare } from '../model/compare.ts';
import { idKey } from '../model/conversation-id.ts';
import { isRunning } from '../place/revival.ts';
import { entryId, type Entry } from '../model/entry.ts';
import { groupBy } from '../model/group-by.ts';
import type { Process } from '../model/observation.ts';
import { clean } from '../words/text.ts';
import type { EntryView, Identity, Newcomer } from '../model/view.ts';

/**
 * Leaves each conversation to one entry. A proven conversation is not written while another entry records it, or while
 * the agent of another running entry, or of a session that may become one, runs it too. An entry that records it
 * already keeps it.
 */
export function oneEntryEach(
  entries: readonly Entry[],
  views: readonly EntryView[],
  newcomers: readonly Newcomer[],
): { readonly views: readonly EntryView[]; readonly newcomers: readonly Newcomer[] } {
  const holders = indexOf(
    entries.flatMap((entry) => entry.ids.flatMap(({ value }) => (value == null ? [] : [[value, entry] as const]))),
  );
  const runners = indexOf(views.filter(isRunning).flatMap((one) => provenId(one, one.entry)));
  const arriving = indexOf(newcomers.flatMap((one) => provenId(one, one)));
  const judge = (identity: Identity, own: Entry | null, agent: Process | null): Identity => {
    if (identity.kind !== 'proven') return identity;
    const isOther = (entry: Entry): boolean => own === null || entryId(entry) !== entryId(own);
    const id = idKey(identity.id);
    const holding = holders.get(id) ?? [];
    if (holding.some((entry) => !isOther(entry))) return identity;
    const running = (runners.get(id) ?? []).filter(isOther);
    if (holding.length > 0) return contested(identity, holding, 'recorded in');
    if (running.length > 0) return contested(identity, running, 'run in');
    // A grouped session shows the same agent with a second name.
    const others = (arriving.get(id) ?? []).filter(({ agentProcess }) => agentProcess?.pid !== agent?.pid);
    return others.length > 0
      ? contested(
          identity,
          others.map(({ entry }) => entry),
          'run in',
        )
      : identity;
  };
  return {
    views: views.map((one) => withIdentity(one, judge(one.identity, one.entry, one.agentProcess))),
    newcomers: newcomers.map((one) => withIdentity(one, judge(one.identity, null, one.agentProcess))),
  };
}

function withIdentity<One extends Pick<EntryView, 'identity'>>(one: One, identity: Identity): One {
  return identity === one.identity ? one : { ...one, identity };
}

function provenId<Holder>(
  { identity }: Pick<EntryView, 'identity'>,
  holder: Holder,
): readonly (readonly [string, Holder])[] {
  return identity.kind === 'proven' ? [[identity.id, holder]] : [];
}

function contested(
  { id, said }: Extract<Identity, { kind: 'proven' }>,
  others: readonly { readonly session: string }[],
  how: string,
): Identity {
  const names = [...new Set(others.map(({ session }) => clean(session)))].toSorted(compare);
  return { kind: 'ambiguous', candidates: [id], said: `${said}, but it is ${how} ${names.join(' and ')} too` };
}

function indexOf<Holder>(pairs: readonly (readonly [id: string, Holder])[]): ReadonlyMap<string, readonly Holder[]> {
  const byId = groupBy(pairs, ([id]) => idKey(id));
  return new Map([...byId].map(([id, each]) => [id, each.map(([, holder]) => holder)]));
}
