import { codingAgents } from '../../agents/index.ts';
import { activities, waits, type Activity, type AgentActivity, type WaitingFor } from '../../core/model/activity.ts';
import type { SocketPath } from '../../core/model/branded.ts';
import { isSameId } from '../../core/model/conversation-id.ts';
import type { Agent } from '../../core/model/entry.ts';
import type { AgentReport } from '../../core/model/report.ts';
import { objectIn } from '../../system/json.ts';

/** A report is some 300 bytes; a longer file is none; bytes. */
export const longestReport = 4096;

/** The start of a process in ticks since boot (elsewhere than on Linux ms since 1970), then its pid. */
export type ReportMoment = readonly [number, number];

/** What a report's file holds; `null`: it says nothing of that. */
export interface ReportFields {
  readonly agent: Agent;
  readonly event: string;
  /** The host of the process: hosts may share a home. */
  readonly host: string | null;
  /** The place of the process by `placeId`: containers may have the same host name. Of `asm report` only. */
  readonly place: string | null;
  /** When process 1 of that place started, as far as the hook could read it, which knows no `place`. */
  readonly init: string | null;
  readonly id: string | null;
  /** The conversation that it named last, where this report names none. */
  readonly last_id: string | null;
  /** When it named another conversation than before, the last times; ms since 1970. */
  readonly changes: readonly number[];
  /** When the process that reports began: of two reports that overtake each other the later one counts. */
  readonly moment: ReportMoment | null;
  /** Why a conversation began, and why it ended, in the agent's words. */
  readonly source: string | null;
  readonly reason: string | null;
  /** The kind of a notification, in the agent's words. */
  readonly notification: string | null;
  /** What it waits for, and since when it does what it does (ms since 1970): of `asm report` only. */
  readonly waiting_for: WaitingFor | null;
  readonly since: number | null;
  /** As in the environment of the process that reports. */
  readonly tmux: string | null;
  readonly pane: string | null;
  readonly entrypoint: string | null;
  /** The hash of the agent's arguments: of `asm report` only. */
  readonly args: string | null;
}

/** Events that end a conversation: Claude's, and the word of `asm report`. */
const ends = new Set(['SessionEnd', 'end']);

/**
 * Parses what a report's file holds: another process may have written anything there. A field of another form says
 * nothing.
 * @returns `null`: it is no report
 */
export function parseReport(text: string): ReportFields | null {
  const fields = objectIn(text);
  if (fields === null) return null;
  const word = (key: string, form: RegExp): string | null => matching(fields[key], form);
  const [agent, event] = [word('agent', agentForm), word('event', eventForm)];
  if (agent === null || event === null) return null;
  const [since] = numbersIn([fields['since']]);
  return {
    agent,
    event,
    host: word('host', hostForm),
    place: word('place', placeForm),
    init: word('init', ticksForm),
    id: idOf(agent, word('id', idForm)),
    last_id: idOf(agent, word('last_id', idForm)),
    changes: numbersIn(fields['changes']).slice(-manyChanges),
    moment: momentIn(fields['moment']),
    source: word('source', wordForm),
    reason: word('reason', wordForm),
    notification: word('notification', wordForm),
    waiting_for: waits.find((one) => one === fields['waiting_for']) ?? null,
    since: since === undefined || since === 0 ? null : since,
    tmux: word('tmux', tmuxForm),
    pane: word('pane', paneForm),
    entrypoint: word('entrypoint', wordForm),
    args: word('args', hashForm),
  };
}

/** Returns an id, if it has the form of that agent's ids. */
function idOf(agent: Agent, id: string | null): string | null {
  const isOwn = codingAgents.find(({ facts }) => facts.name === agent)?.isId;
  return id === null || isOwn?.(id) === false ? null : id;
}

/** Returns the text of a report's file. */
export function reportText(fields: ReportFields): string {
  const { changes } = fields;
  const told = { ...fields, changes: changes.length === 0 ? null : changes };
  return `${JSON.stringify(told, (_, value: unknown) => value ?? undefined)}\n`;
}

/**
 * Returns a report as the next one after a former one: what it does, and the changes of its conversation, go on.
 * @param former `null`: it is the first
 * @param at ms since 1970
 */
export function following(
  former: { readonly fields: ReportFields; readonly at: number } | null,
  fields: ReportFields,
  at: number,
): ReportFields {
  const before = former?.fields ?? null;
  const lastId = before?.id ?? before?.last_id ?? null;
  const isOther = fields.id !== null && lastId !== null && !isSameId(fields.id, lastId);
  const goesOn = before?.event === fields.event && before.id === fields.id;
  const since = goesOn ? (before.since ?? former?.at ?? at) : at;
  return {
    ...fields,
    since: reportedActivity(fields.event) === null ? null : since,
    last_id: fields.id === null ? lastId : null,
    changes: [...recent(before?.changes ?? [], at), ...(isOther ? [at] : [])].slice(-manyChanges),
  };
}

/** Decides whether the first report was said before the second one, as far as both know their moments. */
export function isBefore({ moment: one }: ReportFields, { moment: other }: ReportFields): boolean {
  if (one === null || other === null) return false;
  return one[0] === other[0] ? one[1] < other[1] : one[0] < other[0];
}

/** So many changes of the conversation within that time prove nothing, and each would be told: no user does that; ms. */
const manyChanges = 5;
const changesWithinMs = 10 * 60_000;

function recent(changes: readonly number[], now: number): readonly number[] {
  return changes.filter((at) => at > now - changesWithinMs && at <= now);
}

/** When a report was written, and in which tmux server; ms since 1970. */
interface Written {
  readonly at: number;
  readonly now: number;
  readonly socket: SocketPath | null;
}

/**
 * Returns what a report says. One from the future was written before the clock was set back: nothing tells when. One
 * from before its process started keeps its time: the start moves with a clock that is set ahead, and a report that
 * counts as too old proves only less.
 */
export function reportOf(fields: ReportFields, { at, now, socket }: Written): AgentReport {
  const { event, id, source, pane, entrypoint } = fields;
  return {
    eventName: event,
    id,
    isEnd: ends.has(event),
    beganBy: source,
    isInteractive: entrypoint?.startsWith('sdk') !== true,
    paneId: pane,
    socket,
    activity: activityOf(fields, at),
    // The clock tells whole ms.
    at: Math.floor(at) > now ? null : at,
    ...(recent(fields.changes, now).length < manyChanges ? {} : { isRestless: true }),
  };
}

/**
 * Returns what an agent does by its report: only the words of `asm report` say so, because what sends them also tells
 * when that is over. Claude's `PermissionRequest` has no event at its end. Whether the time can be true is not asked here.
 */
function activityOf({ event, waiting_for: what, since }: ReportFields, at: number): AgentActivity | null {
  const activity = reportedActivity(event);
  if (activity === null) return null;
  const began = since ?? at;
  const waiting = activity === 'waiting' ? { for: what, since: began } : null;
  return { activity, waiting, since: began };
}

/** Returns the activity that an event names; `null`: none. An agent that has exited reports nothing. */
export function reportedActivity(event: string): Activity | null {
  return activities.find((one) => one === event && one !== 'exited') ?? null;
}

const agentForm = /^[a-z][\w-]{0,31}$/;
const hostForm = /^[A-Za-z\d][\w.-]{0,252}$/;
const placeForm = /^[\da-f]{8,64}$/;
const ticksForm = /^\d{1,20}$/;
const eventForm = /^[A-Za-z][\w.:-]{0,63}$/;
/** A UUID, opencode's `ses_…`, or another agent's word: no path, no flag, and nothing that a shell would read. */
const idForm = /^[A-Za-z\d][\w.-]{3,127}$/;
const wordForm = /^[A-Za-z][\w .:-]{0,63}$/;
const hashForm = /^[\da-f]{8}$/;
const paneForm = /^%\d{1,9}$/;
/** A path without control characters, quotes and backslashes: the hook's shell writes it as it is. */
const tmuxForm = /^\/[\x20-\x21\x23-\x5b\x5d-\x7e]{1,255}$/;

function momentIn(value: unknown): ReportMoment | null {
  const [start, pid, ...more] = numbersIn(value);
  return start === undefined || pid === undefined || more.length > 0 ? null : [start, pid];
}

function numbersIn(value: unknown): readonly number[] {
  // JSON can write a number that is too large to be finite.
  return Array.isArray(value) ? value.filter((one) => Number.isFinite(one) && one >= 0) : [];
}

function matching(value: unknown, form: RegExp): string | null {
  return typeof value === 'string' && form.test(value) ? value : null;
}
