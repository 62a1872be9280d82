import { isDeepStrictEqual } from 'node:util';
import { overlapMs, type Gap } from './gap.ts';
import type { Life, LogReader } from './log-reader.ts';
import type { Mark, Played } from './state.ts';

/** The settings of the fleet; ms. */
export const attentionMs = { after: 5_000, worked: 5_000 } as const;

/** What the clocks of two processes may differ by; ms. */
const slackMs = 3_000;
/** A pass logs what it saw up to so long after that: less than an agent stays as it is; ms. */
const passMs = 7_000;

export interface Course {
  readonly agents: readonly Played[];
  readonly gaps: readonly Gap[];
  /** The sessions that each death of a tmux server took. */
  readonly serverDeaths: readonly (readonly string[])[];
  /** The interval, and what a pass takes on a busy machine; ms. */
  readonly allowedMs: number;
}

/** Compares what the log says that happened with what was made to happen: each once, and nothing else. */
export function logAgrees(log: LogReader, course: Course): readonly string[] {
  const lives = log.lives();
  return [
    ...course.agents.flatMap((agent) => [
      ...countsDiffer(agent, lives),
      ...waitsDiffer(agent, lives, course),
      ...worksDiffer(agent, log, course),
    ]),
    ...serversDiffer(lives, course.serverDeaths),
  ];
}

/** Compares how often sessions and agents died, came back and went on under another id. */
function countsDiffer({ session, marks }: Played, lives: readonly Life[]): readonly string[] {
  const count = (is: (mark: Mark, before: Mark | undefined) => boolean): number =>
    marks.filter((mark, index) => is(mark, marks[index - 1])).length;
  const done = {
    'session-gone': count(({ state, isMass }) => state.liveness === 'gone' && isMass === undefined),
    'agent-exited': count(({ state }) => state.activity === 'exited'),
    'session-revived': count(({ state }, before) => before?.state.liveness === 'gone' && state.liveness === 'alive'),
    'session-id-rotated': count(({ state }, before) => before !== undefined && before.state.id !== state.id),
  };
  return Object.entries(done).flatMap(([kind, times]) => {
    const logged = lives.filter(({ drift }) => drift.kind === kind && drift.session === session).length;
    return logged === times ? [] : [`${session}: ${kind} ${times} times, logged ${logged} times`];
  });
}

/** A waiting is told once, if it lasts for long enough; nothing else is a waiting. */
function waitsDiffer({ session, marks }: Played, lives: readonly Life[], course: Course): readonly string[] {
  const told = lives.filter(({ drift }) => drift.kind === 'needs-you' && drift.session === session);
  const waits = marks.flatMap((mark, index) => {
    if (mark.state.activity !== 'waiting') return [];
    const { at: endsAt = Infinity, by: endedBy = Infinity } = marks[index + 1] ?? {};
    return [{ ...mark, endsAt, endedBy }];
  });
  const of = (wait: (typeof waits)[number]) =>
    told.filter(
      ({ openedAt }) => openedAt >= wait.at + attentionMs.after - slackMs && openedAt <= wait.endedBy + passMs,
    );
  const known = new Set(waits.flatMap(of));
  return [
    ...waits.flatMap((wait) => {
      const { length } = of(wait);
      const watchedMs = wait.endsAt - wait.by - overlapMs(wait.by, wait.endsAt, course.gaps);
      const isDue = wait.endsAt !== Infinity && watchedMs > attentionMs.after + course.allowedMs;
      const isRight = length === 1 || (length === 0 && !isDue);
      return isRight ? [] : [`${session}: its waiting at ${iso(wait.at)} was logged ${length} times`];
    }),
    ...told.filter((life) => !known.has(life)).map(({ drift }) => `it did not wait: ${drift.message}`),
  ];
}

/** Work is told once it is over, if it was seen to last for long enough; nothing else is. */
function worksDiffer({ session, marks }: Played, log: LogReader, course: Course): readonly string[] {
  const told = log.finished().filter((event) => event.session === session);
  const ends = marks.flatMap((mark, index) => {
    const before = marks[index - 1];
    if (mark.state.activity !== 'idle' || before === undefined) return [];
    const isSeen = overlapMs(before.at, mark.by + course.allowedMs, course.gaps) === 0;
    const next = marks[index + 1];
    const workedMs = before.state.activity === 'working' ? mark.at - before.by : 0;
    const lastsMs = (next?.at ?? Infinity) - mark.by;
    const isDue = isSeen && lastsMs > course.allowedMs && workedMs > attentionMs.worked + course.allowedMs;
    return [{ ...mark, isDue, endedBy: next?.by ?? Infinity }];
  });
  const of = ({ at, endedBy }: (typeof ends)[number]) =>
    told.filter((event) => Date.parse(event.at) >= at - slackMs && Date.parse(event.at) <= endedBy + passMs);
  const known = new Set(ends.flatMap(of));
  return [
    ...ends.flatMap((end) => {
      const { length } = of(end);
      return length === 1 || (length === 0 && !end.isDue)
        ? []
        : [`${session}: that it finished at ${iso(end.at)} was logged ${length} times`];
    }),
    ...told.filter((event) => !known.has(event)).map(({ message }) => `it did not finish: ${message}`),
  ];
}

/** The death of a tmux server with several sessions is one event that names them all. */
function serversDiffer(lives: readonly Life[], deaths: Course['serverDeaths']): readonly string[] {
  const logged = lives
    .filter(({ drift }) => drift.kind === 'tmux-server-died')
    .map(({ drift }) => (drift.sessions ?? []).toSorted());
  const wanted = deaths.map((sessions) => sessions.toSorted());
  return isDeepStrictEqual(logged, wanted)
    ? []
    : [`tmux servers died with ${JSON.stringify(wanted)}, logged ${JSON.stringify(logged)}`];
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
