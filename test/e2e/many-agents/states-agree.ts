import type { StateLine } from '../../../src/core/model/state.ts';
import { overlapMs } from './gap.ts';
import type { Course } from './log-agrees.ts';
import { isSame, textOf, type Mark, type Played, type State } from './state.ts';

type Line = Extract<StateLine, { kind: 'state' }>;

/** A session that is new to its entry is left alone for so long; ms. */
const newcomerMs = 5_000;
/**
 * A line has the time at which its pass began, which looked at the session up to so long after that: less than an agent
 * stays as it is; ms.
 */
const passMs = 7_000;

/** What the clocks of two processes may differ by; ms. */
const clockMs = 2_000;

export interface Lags {
  /** From each change to its line, without the time in which no monitor watched; ms. */
  readonly lags: readonly number[];
  readonly differences: readonly string[];
}

/**
 * Compares the state history with what each agent did.
 *
 * 1. A state that lasted for longer than `allowedMs` has a line, at most so long after its change; time in which no
 *    monitor watched does not count.
 * 2. A line says what its agent was at that time, or while it was being changed. While a session or an agent is new to
 *    its entry, or has only just ended, what it does and its conversation may be unknown.
 */
export function statesAgree(lines: readonly StateLine[], course: Course): Lags {
  const lags: number[] = [];
  const differences = course.agents.flatMap((agent) => {
    const own = linesOf(lines, agent);
    const unseen = agent.marks.flatMap((mark, index) => {
      const before = agent.marks[index - 1];
      // The same again is no change.
      if (before !== undefined && isSame(before.state, mark.state)) return [];
      const until = agent.marks[index + 1]?.at ?? Date.now();
      const line = own.find((one) => one.at <= until && tells(one, mark));
      const newMs = isNewcomer(mark, before) ? newcomerMs : 0;
      const end = line?.at ?? until;
      const lagMs = Math.max(0, end - mark.by - newMs - overlapMs(mark.by, end, course.gaps));
      if (line !== undefined) lags.push(lagMs);
      if (lagMs <= course.allowedMs) return [];
      const when = line === undefined ? 'has no line' : `came ${lagMs} ms late`;
      return [`${agent.session}: ${textOf(mark.state)} at ${new Date(mark.at).toISOString()} ${when}`];
    });
    return [...unseen, ...own.flatMap((line) => (isTrue(line, agent.marks, course) ? [] : [lie(line)]))];
  });
  return { lags, differences };
}

/** Decides whether there is a line of what the agent has been made to be last. */
export function isLastSeen(lines: readonly StateLine[], agent: Played): boolean {
  const [before, last] = agent.marks.slice(-2);
  // The same again is no change.
  if (before === undefined || last === undefined || isSame(before.state, last.state)) return true;
  return linesOf(lines, agent).some((line) => tells(line, last));
}

function linesOf(lines: readonly StateLine[], { session }: Played): readonly Line[] {
  return lines.filter((line): line is Line => line.kind === 'state' && line.session === session);
}

function tells({ at, state }: Line, mark: Mark): boolean {
  return at >= mark.at - passMs && isSame(stateIn(state), mark.state);
}

function isTrue(line: Line, marks: readonly Mark[], { allowedMs, gaps }: Course): boolean {
  const said = stateIn(line.state);
  return marks.some((mark, index) => {
    const next = marks[index + 1];
    if (line.at < mark.at - passMs || line.at > (next?.by ?? Infinity) + clockMs) return false;
    if (isSame(said, mark.state)) return true;
    // A tmux server that is just dying says so to a pass, which proves nothing of its sessions.
    if (said.liveness === 'unknown' && line.at <= mark.by + clockMs) return true;
    // So does one that a busy machine keeps from answering.
    if (said.liveness === 'unknown' && line.reason.startsWith('no answer in ')) return true;
    // A real agent works on its way from one state to the next.
    if (line.at <= mark.by && said.liveness === 'alive') return true;
    const isFresh = line.at - overlapMs(mark.by, line.at, gaps) <= mark.by + newcomerMs + allowedMs;
    return isFresh && said.liveness === 'alive' && (said.activity === null || said.id === null);
  });
}

function isNewcomer({ state }: Mark, before: Mark | undefined): boolean {
  return before === undefined || (before.state.liveness === 'gone' && state.liveness === 'alive');
}

function lie({ session, at, state, source, reason }: Line): string {
  return `${session}: ${textOf(stateIn(state))} at ${new Date(at).toISOString()} was not so (${source}: ${reason})`;
}

function stateIn({ liveness, activity, waitingFor, id }: Line['state']): State {
  return { liveness, activity, waitingFor, id };
}
