import type { Adoption } from '../core/model/plan.ts';
import { UsageError } from '../errors.ts';
import { isOn, textOf, type Flag, type Input } from './operation.ts';

/** The flags that claim entries for this place. */
export const adoptionFlags: readonly Flag[] = [
  { name: 'adopt', description: 'entries that were never seen anywhere belong to this place from now on' },
  {
    name: 'from',
    description: 'with --adopt: those of a place that is gone (a container that was made anew, an old machine)',
    value: { kind: 'text', placeholder: 'host' },
  },
];

/**
 * Reads the adoption that the user asked for.
 * @throws UsageError for `--from` alone
 */
export function adoptionIn(input: Input): Adoption | null {
  const host = textOf(input, 'from');
  if (!isOn(input, 'adopt')) {
    if (host === null) return null;
    throw new UsageError('--from needs --adopt', {
      where: '--from',
      cure: 'add --adopt: it claims the entries of that host',
    });
  }
  return host === null ? { kind: 'never-seen' } : { kind: 'from', host };
}
