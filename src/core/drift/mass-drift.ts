import type { Difference } from '../model/drift.ts';
import { entryId } from '../model/entry.ts';
import { isSomeSocketBlind } from './in-doubt.ts';
import type { OpenDrift } from '../model/memory.ts';
import type { Observation } from '../model/observation.ts';
import { sessionCommand } from '../resume/resume.ts';
import { scriptLine } from '../resume/resume-script.ts';
import { clean } from '../words/text.ts';
import type { EntryView, MassEvent, View } from '../model/view.ts';
import { deathKey, terminationEdits } from './termination.ts';
import { withRepair } from './wording.ts';

/**
 * Returns one drift for all sessions that died with one cause, as `core/plan/mass-events.ts` decided; its resume plan is a
 * script.
 */
export function massDrifts(kind: MassEvent['kind'], cause: string, view: View): readonly Difference[] {
  return view.massEvents.filter((event) => event.kind === kind).map((event) => driftOf(event, cause, view));
}

/** Decides whether this pass cannot tell if an open mass event is over. */
export function isMassUndecided({ entryKeys = {} }: Pick<OpenDrift, 'entryKeys'>, view: View): boolean {
  const isOf = ({ entry }: EntryView): boolean => entryKeys[entryId(entry)] !== undefined;
  if (view.awaitsCause.size > 0 || isSomeSocketBlind(view.input.observation)) return true;
  return view.entries.some((one) => one.verdict.liveness === 'unknown' && isOf(one));
}

function driftOf(event: MassEvent, cause: string, view: View): Difference {
  const { input } = view;
  const writable = event.entries.filter(({ unsettled, verdict }) => unsettled === null && verdict.liveness === 'gone');
  const repairs = writable.map((one) => ({
    id: entryId(one.entry),
    key: deathKey(one, input.registry.path),
    edits: terminationEdits(one.entry, input.observation.at),
  }));
  const sessions = event.entries.map(({ entry }) => entry.session);
  const all = sessions.length === 1 ? '1 session is' : `${sessions.length} sessions are`;
  const seen = `${cause}: ${all} gone (${namesOf(sessions)}).`;
  const resume = event.entries.flatMap((one) => lineFor(one, input.observation) ?? []);
  return {
    key: event.key,
    session: null,
    sessions,
    workspace: null,
    agent: null,
    sentence: withRepair(seen, { done: 'Marked terminated.', would: 'Would be marked terminated.' }),
    evidence: event.evidence,
    edits: repairs.flatMap(({ edits }) => edits),
    entryKeys: Object.fromEntries(event.entries.map((one) => [entryId(one.entry), deathKey(one, input.registry.path)])),
    ...(resume.length === 0 ? {} : { resume: resume.join('\n') }),
  };
}

/** Returns the line that brings one session back, or a comment that says why there is none. */
function lineFor({ entry, memory, verdict }: EntryView, observation: Observation): string | null {
  const resume = sessionCommand(entry, memory, observation, verdict.socket);
  return resume === null ? null : scriptLine(entry.session, resume);
}

/** How many sessions the message names; `sessions` holds all. */
const namedAtMost = 8;

function namesOf(sessions: readonly string[]): string {
  const named = sessions.slice(0, namedAtMost).map(clean).join(', ');
  return sessions.length <= namedAtMost ? named : `${named} and ${sessions.length - namedAtMost} more`;
}
