import { openFleet } from '../fleet.ts';
import type { World } from './peer.ts';

/** Opens sessions for a peer that finds them by itself. */
export function openPlain(count: number): Promise<World> {
  const fleet = openFleet(count);
  const sessions = fleet.sessions.map(({ name, pid }) => ({ name, session: name, pane: pid }));
  return Promise.resolve({ ...fleet, sessions });
}
