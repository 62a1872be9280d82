import type { FleetHost } from '../../mqtt/fleet/fleet-view.ts';
import type { FleetAnswer } from '../answers/fleet.ts';

/** A host of the broker, or one that was asked, with the reason why it did not answer. */
export type ShownHost = FleetHost & { readonly reason?: string | null };

export function hostAnswers(hosts: readonly ShownHost[]): FleetAnswer['hosts'] {
  return hosts.map(({ wasLost, sessions, reason, ...host }) => ({
    ...host,
    lost: wasLost,
    ...(reason == null ? {} : { reason }),
    sessions,
  }));
}
