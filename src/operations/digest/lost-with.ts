import { clean } from '../../core/words/text.ts';
import type { PassReport } from '../context.ts';
import { isDeserted, isLost } from '../resume/lost-sessions.ts';
import { isPaneDead, waysBack } from '../resume/way-back.ts';
import type { SessionSeen } from '../sessions/session-rows.ts';

/** A session that died in the span and does not run. */
export interface LostSession {
  readonly session: string;
  readonly wayBack: WayBack;
}

/** How a lost session comes back. */
export type WayBack =
  /** A line for any shell that makes its tmux session again, with its conversation in it. */
  | { readonly kind: 'script'; readonly line: string }
  /** A line that goes on with its conversation, for the shell that its agent left behind. */
  | { readonly kind: 'own-shell'; readonly line: string }
  /** `reason`: one or two sentences. */
  | { readonly kind: 'none'; readonly reason: string };

/**
 * Returns how these sessions come back, as far as they are lost by the rule of `resume`, in the order of the registry. Two
 * entries may share a name if their sockets differ: one of them may live.
 */
export function lostWith(
  names: ReadonlySet<string>,
  sessions: readonly SessionSeen[],
  report: PassReport,
): readonly LostSession[] {
  const lost = sessions.filter((one) => names.has(one.entry.session) && isLost(one));
  const ways = waysBack(lost, report);
  return lost.flatMap((one, index): LostSession[] => {
    const way = ways[index];
    if (way === undefined) return [];
    const inShell = way.begunIn === null ? shellOf(one, report) : null;
    return [{ session: one.entry.session, wayBack: inShell ?? script(way.resume) }];
  });
}

/** Returns the line for the shell that is left of a session; `null`: none is left, or nothing goes on there. */
function shellOf(one: SessionSeen, { observation }: PassReport): WayBack | null {
  const { verdict, row } = one;
  if (verdict === null || row.resume === null) return null;
  return isDeserted(one) && !isPaneDead(verdict, observation) ? { kind: 'own-shell', line: clean(row.resume) } : null;
}

function script(way: ReturnType<typeof waysBack>[number]['resume']): WayBack {
  return way.kind === 'line'
    ? { kind: 'script', line: clean(way.line) }
    : { kind: 'none', reason: clean(way.sentence) };
}
