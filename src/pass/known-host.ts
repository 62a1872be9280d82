import { knownHosts } from '../core/place/adoption.ts';
import { isNamed } from '../core/place/place-of-entry.ts';
import type { Adoption } from '../core/model/plan.ts';
import { clean } from '../core/words/text.ts';
import { UsageError } from '../errors.ts';
import type { Recalled } from './recall.ts';

/**
 * Refuses a host to which no entry ever belonged: a typing error must not look like an empty answer.
 * @throws UsageError
 */
export function assertKnownHost(adopt: Adoption | null, { read, ledger }: Recalled): void {
  if (adopt?.kind !== 'from') return;
  const hosts = knownHosts({ registry: read.registry, ledger });
  if (isNamed(adopt.host, hosts)) return;
  const names =
    hosts.length === 0
      ? 'no entry was seen on any host yet'
      : `entries belong, or belonged, to: ${hosts.map(clean).join(', ')}`;
  throw new UsageError(`no entry belongs to the host ${clean(adopt.host)}`, { where: '--from', cure: names });
}
