import type { EntryId } from '../../core/model/branded.ts';
import { keyIn } from '../../core/model/entry.ts';
import type { SessionState, StateLine } from '../../core/model/state.ts';
import { isoMillis } from '../../core/words/time.ts';
import type { StateRow } from '../answers/history.ts';

type LineOf<Kind extends StateLine['kind']> = Extract<StateLine, { readonly kind: Kind }>;

/** Makes rows of the lines of the state history, and remembers between them how each session was last known. */
export class StateRows {
  readonly #last = new Map<EntryId, LineOf<'state'>>();
  /** Since when nothing watches; ms since 1970. `null`: something does, or nothing ever did. */
  #unwatchedSince: number | null = null;

  /** Returns a row for each line. @param lines the next ones, oldest first */
  of(lines: readonly StateLine[]): readonly StateRow[] {
    return lines.map((line) => this.#rowOf(line));
  }

  #rowOf(line: StateLine): StateRow {
    switch (line.kind) {
      case 'state': {
        const from = this.#last.get(line.entry)?.state ?? null;
        this.#last.set(line.entry, line);
        const { source, reason } = line;
        return { ...emptyRow(line), ...namesIn(line), from: stateOf(from), to: stateOf(line.state), source, reason };
      }
      case 'removed': {
        const last = this.#last.get(line.entry) ?? null;
        this.#last.delete(line.entry);
        const names = last === null ? keyIn(line.entry) : namesIn(last);
        const reason = 'its entry was taken out of the registry';
        return { ...emptyRow(line), ...names, from: stateOf(last?.state ?? null), source: 'registry', reason };
      }
      case 'watch-began': {
        const since = this.#unwatchedSince;
        this.#unwatchedSince = null;
        const isGap = since !== null && since < line.at;
        return { ...emptyRow(line), host: line.host, unwatched_since: isGap ? isoMillis(since) : null };
      }
      case 'watch-ended':
        this.#unwatchedSince = line.at;
        return emptyRow(line);
    }
  }
}

function emptyRow({ at, kind }: StateLine): StateRow {
  return {
    at: isoMillis(at),
    what: kind,
    session: null,
    socket: null,
    workspace: null,
    agent: null,
    from: null,
    to: null,
    source: null,
    reason: null,
    host: null,
    unwatched_since: null,
  };
}

function namesIn({ entry, session, workspace, agent }: LineOf<'state'>) {
  return { session, socket: keyIn(entry).socket, workspace, agent };
}

function stateOf(state: SessionState | null): StateRow['to'] {
  if (state === null) return null;
  const { liveness, activity, waitingFor, id } = state;
  return { liveness, activity, waiting_for: waitingFor, id };
}
