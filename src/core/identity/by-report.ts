import { canGoOn, fileOf } from '../model/conversation-file.ts';
import { isSameId } from '../model/conversation-id.ts';
import { doubtMs, type Holder } from '../model/evidence.ts';
import type { AgentReport } from '../model/report.ts';
import type { Identity } from '../model/view.ts';
import { reportedId } from '../place/agent-processes.ts';
import { interactiveOf } from './folder-conversations.ts';
import { notProven, outranked } from './not-proven.ts';
import { descendsFrom } from './since-cleared.ts';
import type { LiveAgent } from './subject.ts';

/**
 * Judges what the agent said last of itself. It is this very process that said it: a nested or headless run of the same
 * pane reports for a process of its own.
 * @returns `null`: it said nothing that could prove its conversation
 */
export function byReport(live: LiveAgent): Identity | null {
  const { launch, pane, socket, claims, agent } = live;
  const id = reportedId(launch);
  const { report } = launch;
  if (report === undefined || id === null || report.beganBy === 'fork') return null;
  if (launch.parent !== undefined && isSameId(id, launch.parent)) return null;
  if (report.paneId !== null && pane !== null && report.paneId !== pane.id) return null;
  if (report.socket !== null && socket !== null && report.socket !== socket) return null;
  if (report.isRestless === true) return { kind: 'ambiguous', candidates: [id], said: restless, isChanging: true };
  const before = outranked(live, id, 'report');
  if (before !== null) return before;
  if (claims.isRunByAnother(id, agent)) return notProven('another process runs the conversation of its report too');
  if (wentOn(id, report, live))
    return notProven('a conversation of its folder began with /clear after its last report');
  return (
    writtenSince(id, report, live) ?? {
      kind: 'proven',
      id,
      proof: 'report',
      artifact: canGoOn(fileOf(id, live.evidence)),
      said: saidBy(report),
    }
  );
}

/** Answers if the user, or a pass, wrote another id since the report, or may have; else `null`. */
function writtenSince(id: string, { at }: AgentReport, { recorded, textSince }: LiveAgent): Identity | null {
  if (recorded === null || isSameId(recorded, id)) return null;
  if (at === null) return notProven('its last report may be older than the recorded id: its time cannot be true');
  return at < textSince ? notProven('its last report is older than the recorded id') : null;
}

const restless = 'it reported one conversation after the other, more than 5 within 10 minutes';

/**
 * Judges a report beside a record that goes stale at `/clear`. Where it names another conversation, only a report of such
 * a beginning says more than the record, because not every other change of the conversation is reported. Where both
 * name the same one, they prove it together, unless `/clear` may have begun another one unreported. The record follows
 * `/branch`, which is not reported before the next prompt.
 */
export function sinceRecord(record: Holder, live: LiveAgent): Identity | null {
  const { report } = live.launch;
  const id = reportedId(live.launch);
  if (report === undefined || id === null) return null;
  if (isSameId(id, record.id)) return wentOn(id, report, live) ? null : byReport(live);
  const began = interactiveOf(live).find((one) => isSameId(one.id, id))?.beginning.kind;
  if (report.beganBy !== 'clear' && began !== 'clear') return null;
  return descendsFrom(record.id, id, live)
    ? notProven('its record names a branch of the conversation of its last report; its next prompt will tell which')
    : byReport(live);
}

/** Answers if the agent said that its conversation has ended, and nothing of another one; else `null`. */
export function afterEnd({ launch: { report } }: LiveAgent): Identity | null {
  return report?.isEnd === true ? notProven('it reported that its conversation has ended') : null;
}

/** Decides whether `/clear` may have begun another conversation of this agent since it last said something. */
function wentOn(id: string, { at }: AgentReport, live: LiveAgent): boolean {
  return interactiveOf(live).some(
    (one) =>
      one.beginning.kind === 'clear' &&
      (one.bornAt ?? 0) > (at ?? live.agent.startedAt) + doubtMs &&
      !isSameId(one.id, id) &&
      !live.claims.isTaken(one.id, live.entry, live.agent),
  );
}

function saidBy({ eventName, beganBy }: AgentReport): string {
  return `it reported so itself (${eventName}${beganBy === null ? '' : `, ${beganBy}`})`;
}
