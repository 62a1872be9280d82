import { idKey } from '../model/conversation-id.ts';
import { recordedIds } from '../model/entry.ts';
import type { Identity } from '../model/view.ts';
import {
  alsoWritten,
  begunSince,
  candidate,
  idKeysOf,
  isContinuation,
  isFolderShared,
  isTooOld,
  recordsExpected,
  unrecorded,
} from './folder-conversations.ts';
import { againstRecorded, ambiguous, nothingProves, notProven, outranked } from './not-proven.ts';
import type { LiveAgent } from './subject.ts';

/**
 * Judges the only conversation that an agent at a terminal began in the agent's folder since the agent started, if no
 * live record can be expected of the agent.
 */
export function onlyCandidate(live: LiveAgent): Identity {
  const { claims, entry, agent } = live;
  const held = idKeysOf(recordedIds(entry));
  const pool = unrecorded(begunSince(live), live).filter(({ id }) => !held.has(idKey(id)));
  const candidates = pool.filter(({ id }) => !claims.isTaken(id, entry, agent));
  const [only] = candidates;
  if (only === undefined) {
    const waits = recordsExpected(live) && pool.length === 0;
    return waits ? notProven('it has no live record: it runs no conversation of its own yet') : nothingProves(live);
  }
  const ids = candidates.map(({ id }) => id).toSorted();
  if (pool.length > 1) return ambiguous(ids, `${pool.length} conversations were begun in its folder since it started`);
  if (isFolderShared(live)) return ambiguous(ids, 'another agent works in the same folder, or did');
  if (isTooOld(only, live)) return notProven('the conversation of its folder may have been begun before');
  const said = 'the only conversation begun in its folder since it started';
  const isOnly = isContinuation(only, live) && alsoWritten([only.id], null, live).length === 0;
  const weaker = isOnly ? null : againstRecorded(live, only.id, said);
  return outranked(live, only.id, 'only-candidate') ?? weaker ?? candidate(only, said);
}
