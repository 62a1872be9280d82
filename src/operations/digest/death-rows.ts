import type { Death } from '../../core/timeline/deaths.ts';
import { someOf } from '../../core/words/some-of.ts';
import { clean } from '../../core/words/text.ts';
import { firstOf, type Block } from './block.ts';
import { deathText, isMassDeath } from './death-text.ts';

/**
 * Returns the list of deaths.
 *
 * 1. What is still dead comes first, and mass events above single deaths; within that the newest ones are kept, in the
 *    order of time.
 * 2. Single deaths of sessions that are back are a count, unless everything is shown.
 * @param atMost how many are shown; Infinity: all
 * @param timeOf words a time; ms since 1970
 * @param showsAll the command that shows all
 */
export function deathList(
  deaths: readonly Death[],
  atMost: number,
  timeOf: (ms: number) => string,
  showsAll: string,
): readonly Block[] {
  if (deaths.length === 0) return [];
  const over = deaths.filter((death) => rankOf(death) === back);
  const folds = atMost < Infinity && over.length > 1;
  const told = folds ? deaths.filter((death) => rankOf(death) !== back) : deaths;
  const newestFirst = told.toSorted((one, other) => rankOf(one) - rankOf(other) || other.at - one.at);
  const kept = firstOf(newestFirst, atMost).toSorted((one, other) => rankOf(one) - rankOf(other) || one.at - other.at);
  const rows = kept.map((death) => [timeOf(death.at), deathText(death, timeOf)]);
  const count = told.length - kept.length;
  return [
    {
      kind: 'list',
      title: 'Died',
      rows: folds ? [...rows, [timeOf(Math.min(...over.map(({ at }) => at))), overText(over)]] : rows,
      more: count === 0 ? null : { count, command: showsAll },
    },
  ];
}

const back = 4;

function rankOf(death: Death): number {
  const last = death.sessions.filter(({ diedAgainAt }) => diedAgainAt === null);
  const isDead = last.some(({ now }) => now === 'ended');
  if (isMassDeath(death)) return isDead ? 0 : 3;
  if (isDead) return 1;
  return last.some(({ now }) => now !== 'runs') ? 2 : back;
}

function overText(deaths: readonly Death[]): string {
  const sessions = deaths.flatMap((death) => death.sessions);
  const runs = new Set(sessions.filter(({ now }) => now === 'runs').map(({ session }) => clean(session)));
  const again = new Set(sessions.filter(({ now }) => now !== 'runs').map(({ session }) => clean(session)));
  return [
    `${deaths.length} single deaths from then on, all over.`,
    runs.size === 0 ? '' : ` They run again: ${someOf([...runs])}.`,
    again.size === 0 ? '' : ` They came back, and died again later: ${someOf([...again])}.`,
  ].join('');
}
