import type { EntryId } from '../core/model/branded.ts';
import { entryId } from '../core/model/entry.ts';
import { timelines, type Band } from '../core/timeline/bands.ts';
import type { StateHistory } from '../log/state-history.ts';
import type { SessionSeen } from '../operations/sessions/session-rows.ts';

const dayMs = 86_400_000;

/** Says since when sessions are as they are, from what says it best: the agent itself, the state history, the looks. */
export class StateSince {
  readonly #history: Pick<StateHistory, 'read' | 'watchedUntil'>;
  #seen: ReadonlyMap<EntryId, Seen> = new Map();

  constructor(history: Pick<StateHistory, 'read' | 'watchedUntil'>) {
    this.#history = history;
  }

  /**
   * Returns since when each session is as it is, ms since 1970; `null`: that was not watched.
   * @param at when the sessions were looked at
   */
  async of(sessions: readonly SessionSeen[], at: number): Promise<readonly (number | null)[]> {
    const before = this.#seen;
    const seen = new Map(sessions.map((one) => [entryId(one.entry), seenNow(one, before, at)]));
    this.#seen = seen;
    const isAsked = sessions.some(({ row }) => row.state_since === null);
    const bands = isAsked ? await this.#lastBands(at) : new Map<EntryId, Band>();
    return sessions.map(({ entry, row }) => {
      if (row.state_since !== null) return Date.parse(row.state_since);
      const id = entryId(entry);
      const band = bands.get(id);
      const now = seen.get(id);
      return band !== undefined && band.what === now?.what ? band.from : (now?.since ?? null);
    });
  }

  async #lastBands(at: number): Promise<ReadonlyMap<EntryId, Band>> {
    const lines = await this.#history.read(at - dayMs);
    const rows = timelines(lines, { from: 0, to: at }, await this.#history.watchedUntil());
    return new Map(
      rows.flatMap(({ entry, bands }) =>
        bands.length === 0 ? [] : bands.slice(-1).map((band) => [entry, band] as const),
      ),
    );
  }
}

interface Seen {
  readonly what: Band['what'];
  /** When a look found that it had changed; `null`: it was so in the first look. */
  readonly since: number | null;
}

function seenNow({ entry, row }: SessionSeen, before: ReadonlyMap<EntryId, Seen>, at: number): Seen {
  const known = row.activity === 'unknown' || row.activity === null ? 'alive' : row.activity;
  const what = row.liveness === 'alive' ? known : row.liveness;
  const former = before.get(entryId(entry));
  if (former === undefined) return { what, since: null };
  return former.what === what ? former : { what, since: at };
}
