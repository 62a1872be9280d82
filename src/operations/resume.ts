import { resumeScript, type ScriptItem } from '../core/resume/resume-script.ts';
import { counted } from '../core/words/counted.ts';
import { shellCommand } from '../core/words/shell-command.ts';
import { isoSeconds } from '../core/words/time.ts';
import { exitCode } from '../errors.ts';
import type { ResumeAnswer } from './answers/resume.ts';
import type { Context, PassReport } from './context.ts';
import type { Operation } from './operation.ts';
import { mayBeLost, lostSessions } from './resume/lost-sessions.ts';
import { doubtAbout, waysBack } from './resume/way-back.ts';
import { sessionsIn, type SessionSeen } from './sessions/session-rows.ts';

export const resume: Operation<ResumeAnswer> = {
  name: 'resume',
  summary: 'prints a script that brings sessions back; runs nothing itself',
  description:
    'Without a name: the sessions of the last mass event that are not back and what was lost since, and those that died or whose agent ended within the last day; never what you ended. `asm resume | sh` runs the script. It leaves a session that lives alone, and says on stderr what it did. A comment says why a session has no line, or what to run in its bare shell.',
  argument: {
    name: 'session',
    description: 'as the registry names it; several may be given',
    required: false,
    variadic: true,
  },
  flags: [],
  async *run(context, input) {
    const report = await context.pass({ mode: 'dry-run' });
    const sessions = await asked(input.words, report, context);
    const items = waysBack(sessions, report);
    const passedOver = input.words.length > 0 ? [] : sessionsIn(report, null).filter(mayBeLost);
    const doubt = doubtAbout(passedOver);
    const script = scriptOf(items, doubt, report, input.words, context);
    if (!input.json && !context.output.stdoutIsTerminal) tellOnStderr(items, doubt, context);
    const isBlind = report.exit === exitCode.blind && (doubt !== null || sessions.some(isNotKnown));
    yield {
      json: { script, sessions: items.map(({ session, resume: one }) => ({ session, ...jsonOf(one) })) },
      text: script,
      exit: isBlind ? exitCode.blind : exitCode.done,
    };
  },
};

async function asked(names: readonly string[], report: PassReport, context: Context): Promise<readonly SessionSeen[]> {
  if (names.length > 0) return [...new Set(names)].flatMap((name) => sessionsIn(report, name));
  return lostSessions(sessionsIn(report, null), await context.log().read(), report, context.now());
}

/** Decides whether nothing could be said about a session of this place. */
function isNotKnown({ verdict }: SessionSeen): boolean {
  return verdict?.elsewhere == null && (verdict?.liveness ?? 'unknown') === 'unknown';
}

/** @param doubt about sessions that are not among the items; `null`: there is none */
function scriptOf(
  items: readonly ScriptItem[],
  doubt: string | null,
  { observation }: PassReport,
  names: readonly string[],
  { settings }: Context,
): string {
  const count = items.filter(({ resume: one }) => one.kind === 'line').length;
  const seen = `as seen at ${isoSeconds(observation.at)} on ${observation.host}`;
  const nothing = doubt === null ? 'Nothing to resume' : 'Nothing that is known to be lost';
  const what = count === 0 ? nothing : `Brings ${counted(count, 'session')} back`;
  const how = count === 0 ? '' : ` To run it: ${shellCommand(settings.registry, 'resume', ...names)} | sh`;
  return resumeScript(items, `${what}, ${seen}.${how}${doubt === null ? '' : ` ${doubt}`}`);
}

/** Says what the script is silent about: who pipes it into a shell does not read its comments. */
function tellOnStderr(items: readonly ScriptItem[], doubt: string | null, { output }: Context): void {
  if (doubt !== null) output.log('info', doubt);
  else if (items.length === 0) output.log('info', 'nothing to resume');
  for (const { session, resume: one } of items) {
    if (one.kind === 'sentence') output.log('info', `${session}: left as it is. ${one.sentence}`);
  }
}

function jsonOf(one: ScriptItem['resume']): Pick<ResumeAnswer['sessions'][number], 'line' | 'reason'> {
  return one.kind === 'line' ? { line: one.line, reason: null } : { line: null, reason: one.sentence };
}
