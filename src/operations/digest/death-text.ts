import type { Death, DeadSession } from '../../core/timeline/deaths.ts';
import type { AliveWhat, LastAlive } from '../../core/timeline/last-alive.ts';
import { counted } from '../../core/words/counted.ts';
import { someOf } from '../../core/words/some-of.ts';
import { clean } from '../../core/words/text.ts';

type TimeOf = (ms: number) => string;

/**
 * Returns what died, why, what it did then, and what became of it.
 * @param timeOf words a time; ms since 1970
 */
export function deathText(death: Death, timeOf: TimeOf): string {
  switch (death.cause) {
    case 'reboot':
      return `The machine rebooted, and ${manyText(death, timeOf)}`;
    case 'tmux-died':
      return `The tmux server died, and ${manyText(death, timeOf)}`;
    case 'session-ended':
      return oneText('tmux session closed or killed', '.', death, timeOf);
    case 'agent-ended':
      return oneText('its agent ended', '; a bare shell is left.', death, timeOf);
  }
}

/** Decides whether a death took all sessions of a server or of the machine. */
export function isMassDeath({ cause }: Death): boolean {
  return cause === 'reboot' || cause === 'tmux-died';
}

function oneText(what: string, rest: string, { at, sessions }: Death, timeOf: TimeOf): string {
  const [one] = sessions;
  const names = sessions.map(({ session }) => clean(session)).join(', ');
  const during = one?.lastAlive.kind === 'watched' ? duringText(one.lastAlive.what) : '';
  const last = one === undefined ? '' : lastText(one.lastAlive, at, timeOf);
  return `${names}: ${what}${during}${rest}${last}${one === undefined ? '' : afterText(one, timeOf)}`;
}

function duringText(what: AliveWhat): string {
  switch (what) {
    case 'working':
      return ' while it worked';
    case 'waiting':
      return ' while it waited for you';
    case 'idle':
      return ' while it idled';
    case 'shell':
      return ' while a shell command of it ran';
    case 'alive':
      return '';
  }
}

/** Says when it was last seen alive, where that tells more than the time of its death. */
function lastText(last: LastAlive, found: number, timeOf: TimeOf): string {
  switch (last.kind) {
    case 'seen':
      return timeOf(last.at) === timeOf(found)
        ? ''
        : ` It was last seen alive at ${timeOf(last.at)}, and found gone at ${timeOf(found)}.`;
    case 'unwatched':
      return ` No monitor watched when it ended; it was found gone at ${timeOf(found)}.`;
    case 'watched':
    case 'unknown':
      return '';
  }
}

function afterText({ now, diedAgainAt }: DeadSession, timeOf: TimeOf): string {
  if (diedAgainAt !== null) return ` It came back, and died again at ${timeOf(diedAgainAt)}.`;
  switch (now) {
    case 'runs':
      return ' It runs again.';
    case 'unknown':
      return ' Whether it runs again is not known.';
    case 'unregistered':
      return ' Its entry was taken out since.';
    case 'ended':
      return '';
  }
}

function manyText({ at, sessions }: Death, timeOf: TimeOf): string {
  const names = sessions.map(({ session }) => clean(session));
  const seen = sessions.flatMap(({ lastAlive: last }) => (last.kind === 'seen' ? [last.at] : []));
  const all = `${counted(names.length, 'session')} with it: ${someOf(names)}.`;
  const lastAt = seen.length === 0 ? null : timeOf(Math.max(...seen));
  const last =
    lastAt === null || lastAt === timeOf(at)
      ? ''
      : ` They were last seen alive at ${lastAt}, and found gone at ${timeOf(at)}.`;
  return `${all}${manyDuringText(sessions)}${last}${manyAfterText(sessions, timeOf)}`;
}

/** Says which of them waited for an answer. */
function manyDuringText(sessions: readonly DeadSession[]): string {
  const waited = sessions
    .filter(({ lastAlive: last }) => last.kind === 'watched' && last.what === 'waiting')
    .map(({ session }) => clean(session));
  return waited.length === 0 ? '' : ` Waited for you then: ${someOf(waited)}.`;
}

function manyAfterText(sessions: readonly DeadSession[], timeOf: TimeOf): string {
  const again = sessions.filter(({ diedAgainAt }) => diedAgainAt !== null);
  const namesOf = (wanted: DeadSession['now']): readonly string[] =>
    sessions
      .filter(({ now, diedAgainAt }) => now === wanted && diedAgainAt === null)
      .map(({ session }) => clean(session));
  const [back, unclear, out] = [namesOf('runs'), namesOf('unknown'), namesOf('unregistered')];
  if (back.length === sessions.length) return ' All run again.';
  return [
    back.length === 0 ? '' : ` Back since: ${someOf(back)}.`,
    again.length === 0 ? '' : ` Came back, and died again: ${someOf(again.map((one) => againText(one, timeOf)))}.`,
    unclear.length === 0 ? '' : ` Not known whether back: ${someOf(unclear)}.`,
    out.length === 0 ? '' : ` Entries taken out since: ${someOf(out)}.`,
  ].join('');
}

function againText({ session, diedAgainAt }: DeadSession, timeOf: TimeOf): string {
  return diedAgainAt === null ? clean(session) : `${clean(session)} (${timeOf(diedAgainAt)})`;
}
