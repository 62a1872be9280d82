import type { AfterDeath, Death, DeadSession } from '../../core/timeline/deaths.ts';
import type { AliveWhat, LastAlive } from '../../core/timeline/last-alive.ts';
import { clean } from '../../core/words/text.ts';
import { fewOf } from './few-of.ts';

/**
 * Returns what died, why, what it did then, and whether it runs again.
 * @param timeOf words a time; ms since 1970
 */
export function deathText({ cause, sessions }: Death, timeOf: (ms: number) => string): string {
  switch (cause) {
    case 'reboot':
      return `The machine rebooted, and ${manyText(sessions, timeOf)}`;
    case 'tmux-died':
      return `The tmux server died, and ${manyText(sessions, timeOf)}`;
    case 'session-ended':
      return oneText('its tmux session ended', ' (killed, or its program ended).', sessions, timeOf);
    case 'agent-ended':
      return oneText('its agent ended', '; a bare shell is left.', sessions, timeOf);
  }
}

function oneText(what: string, rest: string, sessions: readonly DeadSession[], timeOf: (ms: number) => string): string {
  const [one] = sessions;
  const names = sessions.map(({ session }) => clean(session)).join(', ');
  const during = one?.lastAlive.kind === 'watched' ? duringText(one.lastAlive.what) : '';
  return `${names}: ${what}${during}${rest}${lastText(one?.lastAlive, timeOf)}${afterText(one?.after)}`;
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

function lastText(last: LastAlive | undefined, timeOf: (ms: number) => string): string {
  switch (last?.kind) {
    case 'seen':
      return ` It was found then, and last seen alive at ${timeOf(last.at)}.`;
    case 'unwatched':
      return ' It was found then; no monitor watched when it ended.';
    case 'watched':
    case 'unknown':
    case undefined:
      return '';
  }
}

function afterText(after: AfterDeath | undefined): string {
  switch (after) {
    case 'runs':
      return ' It runs again.';
    case 'came-back':
      return ' It came back, and ended again later.';
    case 'unknown':
      return ' Whether it runs again is not known.';
    case 'unregistered':
      return ' Its entry was taken out since.';
    case 'ended':
    case undefined:
      return '';
  }
}

function manyText(sessions: readonly DeadSession[], timeOf: (ms: number) => string): string {
  const names = sessions.map(({ session }) => clean(session));
  const seen = sessions.flatMap(({ lastAlive: last }) => (last.kind === 'seen' ? [last.at] : []));
  const all = `${names.length === 1 ? '1 session' : `${names.length} sessions`} with it: ${fewOf(names)}.`;
  const last =
    seen.length === 0 ? '' : ` That was found then; they were last seen alive at ${timeOf(Math.max(...seen))}.`;
  return `${all}${last}${manyBackText(sessions)}`;
}

function manyBackText(sessions: readonly DeadSession[]): string {
  const namesOf = (...wanted: readonly AfterDeath[]): readonly string[] =>
    sessions.filter(({ after }) => wanted.includes(after)).map(({ session }) => clean(session));
  const [back, unclear, out] = [namesOf('runs', 'came-back'), namesOf('unknown'), namesOf('unregistered')];
  if (namesOf('runs').length === sessions.length) return ' All run again.';
  if (back.length === sessions.length) return ' All came back.';
  return [
    back.length === 0 ? '' : ` Back since: ${fewOf(back)}.`,
    unclear.length === 0 ? '' : ` Not known whether back: ${fewOf(unclear)}.`,
    out.length === 0 ? '' : ` Entries taken out since: ${fewOf(out)}.`,
  ].join('');
}
