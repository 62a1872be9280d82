import { isLeftAlone, type Entry } from '../../core/model/entry.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { Verdict } from '../../core/model/plan.ts';
import type { FoundSession } from '../../core/model/view.ts';
import { namesakesOf } from '../../core/place/namesakes.ts';
import { socketPath } from '../../core/place/socket-path.ts';
import type { Located } from '../../core/plan/locate.ts';
import { clean } from '../../core/words/text.ts';

/** Returns what else a user may want to know of an entry, in whole sentences: it decides nothing. */
export function notesOf(
  entry: Entry,
  verdict: Verdict | null,
  { unowned }: Located,
  observation: Observation,
): readonly string[] {
  if (verdict === null || verdict.elsewhere !== null || isLeftAlone(entry)) return [];
  return verdict.liveness === 'alive'
    ? []
    : namesakesOf(entry, unowned).map((one) => namesakeNote(entry, one, observation));
}

function namesakeNote({ status }: Entry, { socket }: FoundSession, observation: Observation): string {
  const word = socket === socketPath(observation, null) ? 'default' : clean(socket);
  const alive = status === 'terminated' ? '`status: running` and ' : '';
  return `A session of that name runs on another tmux server, at ${clean(socket)}. If it is the one that is meant, write ${alive}\`tmux_socket: ${word}\` into the entry.`;
}
