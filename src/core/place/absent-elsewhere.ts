import type { Misshapen } from '../model/entry.ts';
import type { PlanInput } from '../model/plan.ts';
import type { Absence, FoundSession } from '../model/view.ts';
import { shellQuote } from '../words/text.ts';
import { isoSeconds } from '../words/time.ts';
import type { Elsewhere, Whereabouts } from './place-of-entry.ts';

const notLooked = { socket: null, unseen: [], unconfirmed: false, serverGone: null };

/** Answers for a session of which the entry does not say where it runs, although it means to. */
export function absentAnywhere({ path, line, words }: Misshapen, { observation }: PlanInput): Absence {
  const reason = `${path} in line ${line} is ${words}`;
  const evidence = [{ source: 'registry', said: reason, at: observation.at }];
  return { ...notLooked, liveness: 'unknown', evidence, doubt: { reason, cure: `correct ${path} in the entry` } };
}

/** Answers for another place's session. A session of that name here is named, and left alone. */
export function absentElsewhere(there: Elsewhere, namesake: FoundSession | null, { observation }: PlanInput): Absence {
  const { at } = observation;
  const seen = there.seenAt === null ? '' : `, seen alive there at ${isoSeconds(there.seenAt)}`;
  const source = there.isWritten ? 'registry' : 'log';
  const evidence = [{ source, said: `it belongs to ${there.host}${seen}`, at }];
  if (namesake !== null) {
    const said = `a session of that name runs here too, as ${namesake.session.id}`;
    evidence.push({ source: `tmux:${namesake.socket}`, said, at });
  }
  const cure = there.isWritten
    ? 'if it runs here, correct `host:` in the entry'
    : `if that place is gone: asm reconcile --adopt --from ${shellQuote(there.host)}`;
  const doubt = { reason: evidence.map(({ said }) => said).join('; '), cure };
  return { ...notLooked, liveness: 'unknown', evidence, doubt };
}

/** Makes the absence of a session that was never seen `unknown`: in a borrowed place it may well run elsewhere. */
export function absentNeverSeen(
  absent: Absence,
  { borrowed }: Extract<Whereabouts, { kind: 'never-seen' }>,
  input: PlanInput,
): Absence {
  const { at, host } = input.observation;
  const reason = `a session that was never seen may run in another place that shares these files: here ${borrowed}`;
  const cure = `write \`host: ${host}\` into the entries that run here, or claim all of them: asm reconcile --adopt`;
  return {
    ...absent,
    liveness: 'unknown',
    evidence: [...absent.evidence, { source: 'place', said: reason, at }],
    unseen: [...absent.unseen, { source: 'place', reason, cure }],
    doubt: absent.unconfirmed ? { reason, cure } : (absent.doubt ?? { reason, cure }),
    unconfirmed: false,
    serverGone: null,
  };
}
