import { jobSaid } from '../../core/drift/job-orphaned.ts';
import type { Evidence } from '../../core/model/drift.ts';
import { currentId } from '../../core/model/id-fields.ts';
import { isLeftAlone, type Entry } from '../../core/model/entry.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { Verdict } from '../../core/model/plan.ts';
import type { Resume } from '../../core/resume/resume.ts';
import { holdersOf } from '../../core/place/agent-processes.ts';
import { locate } from '../../core/plan/locate.ts';
import { shownState } from '../../core/words/shown-state.ts';
import { clean } from '../../core/words/text.ts';
import { renderEvidence } from '../../pass/render.ts';
import type { Explained } from '../answers/sessions.ts';
import type { Context, PassReport } from '../context.ts';
import type { Answer } from '../operation.ts';
import { localTimes } from '../text/local-zone.ts';
import { painter, tone, type Paint } from '../text/paint.ts';
import { resumeFor, sessionsIn } from '../sessions/session-rows.ts';
import { withStateSince } from '../sessions/with-state-since.ts';
import { notesOf } from './notes.ts';

const screenLines = 20;

/**
 * Explains every entry of that name.
 * @throws UsageError if there is none
 */
export async function explainSession(
  context: Context,
  report: PassReport,
  name: string,
  screen: boolean,
): Promise<Answer<Explained | { readonly sessions: readonly Explained[] }>> {
  const explained = await explainAll(context, report, name, screen);
  const paint = painter(context.output.color);
  return {
    json: explained.length === 1 && explained[0] !== undefined ? explained[0] : { sessions: explained },
    text: explained.map((one) => explainText(one, paint, report.observation.at)).join('\n\n'),
    exit: report.exit,
  };
}

/** Explains each entry of the name: two may share it if their sockets differ. */
async function explainAll(context: Context, report: PassReport, name: string, screen: boolean): Promise<Explained[]> {
  const explained: Explained[] = [];
  const sessions = await withStateSince(sessionsIn(report, name), context.stateHistory(), report.observation.at);
  const located = locate(report.input);
  for (const { entry, verdict, row } of sessions) {
    explained.push({
      ...row,
      socket: verdict?.socket ?? entry.socket,
      line: entry.line,
      recorded_id: currentId(entry),
      proven_id: verdict?.identity ?? null,
      not_proven: verdict?.notProven ?? null,
      evidence: [
        ...(verdict?.evidence ?? []),
        ...reportEvidence(verdict, report.observation),
        ...jobEvidence(entry, report.observation),
      ].map(renderEvidence),
      blind: report.document.blind.filter(({ source }) => isAsked(source, entry, verdict)),
      drifts: report.document.standing.filter((one) => one.session === name || one.sessions?.includes(name) === true),
      deferred: report.document.deferred.filter((one) => one.session === name),
      notes: notesOf(entry, verdict, located, report.observation),
      ...notResumed(resumeFor(entry, verdict, report)),
      ...(screen ? { screen: await screenOf(context, verdict) } : {}),
    });
  }
  return explained;
}

function notResumed(resume: Resume | null): Pick<Explained, 'not_resumed'> {
  return resume?.kind === 'sentence' ? { not_resumed: resume.sentence } : {};
}

/** Decides whether a source matters for an entry: an agent's own files say nothing about another agent's sessions. */
function isAsked(source: string, entry: Entry, verdict: Verdict | null): boolean {
  return source === entry.agent || verdict?.evidence.some((each) => each.source === source) === true;
}

/** Returns what its agent reported last, also where that proves nothing. */
function reportEvidence(verdict: Verdict | null, observation: Observation): readonly Evidence[] {
  const agent = verdict?.agent ?? null;
  const report = agent === null ? undefined : observation.agentProcesses.get(agent.pid)?.report;
  if (agent === null || report === undefined) return [];
  const [held] = holdersOf(agent, observation);
  const more = held === undefined ? '' : ` (its own ${held.by} counts for more)`;
  const began = report.beganBy === null ? '' : `, ${report.beganBy}`;
  const headless = report.isInteractive ? '' : ', of a headless run';
  const when = report.at === null ? ', at a time that cannot be true' : '';
  const id = report.id === null ? 'no id' : `id ${report.id}`;
  const said = `${report.eventName}${began}, ${id}${headless}${when}${more}`;
  return [{ source: 'report', said, at: report.at ?? observation.at }];
}

function jobEvidence(entry: Entry, observation: Observation): readonly Evidence[] {
  const { jobId } = entry;
  // Of an entry that is left alone no job is looked at.
  if (jobId === null || isLeftAlone(entry)) return [];
  const seen = observation.jobs.get(jobId) ?? { blind: 'the folder of the delegate jobs is not there' };
  const { at } = observation;
  if ('blind' in seen) return [{ source: 'jobs', said: seen.blind, at }];
  return [{ source: 'jobs', said: seen.known === null ? `job ${jobId} has no file` : jobSaid(jobId, seen.known), at }];
}

async function screenOf(context: Context, verdict: Verdict | null): Promise<readonly string[] | null> {
  if (verdict === null || verdict.socket === null || verdict.pane === null) return null;
  const captured = await context.capture(verdict.socket, verdict.pane, screenLines);
  return captured.trimEnd().split('\n').slice(-screenLines).map(clean);
}

function explainText(one: Explained, paint: Paint, now: number): string {
  const state = shownState(one, localTimes(now));
  const field = (label: string, text: string): string => `${paint('dim', label.padEnd(9))} ${text}`;
  const proven = one.proven_id;
  const because = one.not_proven === null ? '' : `: ${clean(one.not_proven)}`;
  // A reason that is shown already is not repeated.
  const blind = one.blind.filter(({ reason }) => reason !== one.reason);
  return [
    `${paint('bold', clean(one.session))}  ${paint(tone(state), state)}`,
    field('registry', `${one.status ?? 'no status'}${one.line === null ? '' : `, line ${one.line}`}`),
    ...(one.socket === null ? [] : [field('socket', clean(one.socket))]),
    field('id', `${clean(one.recorded_id ?? 'none')} recorded`),
    field('', proven === null ? `none proven${because}` : `${clean(proven.id)} proven: ${clean(proven.said)}`),
    ...one.evidence.map((each) => field('evidence', `${each.at}  ${clean(each.source)}: ${clean(each.said)}`)),
    ...(one.reason === null ? [] : [field('unknown', clean(one.reason)), field('settle', clean(one.cure ?? ''))]),
    ...blind.map((each) => field('blind', `${clean(each.source)}: ${clean(each.reason)}. Cure: ${clean(each.cure)}`)),
    ...one.drifts.map((drift) => field('drift', `${drift.class}  ${clean(drift.message)}`)),
    ...one.deferred.map((each) => field('later', clean(each.reason))),
    ...one.notes.map((each) => field('note', each)),
    ...[one.resume ?? one.not_resumed].flatMap((text) => (text === undefined ? [] : [field('resume', clean(text))])),
    ...screenText(one, field),
  ].join('\n');
}

function screenText({ screen, reason }: Explained, field: (label: string, text: string) => string): string[] {
  if (screen === undefined) return [];
  if (screen === null) return [field('screen', reason === null ? 'no pane to look at' : 'its pane cannot be seen')];
  return screen.map((line) => field('screen', line));
}
