import type { Observation, PaneTree, Process, Seen } from '../model/observation.ts';

/** Returns the living processes of a pane, the one at its root first; none of a pane that could not be looked at. */
export function processesOf(seen: Seen<PaneTree>): readonly Process[] {
  return 'blind' in seen ? [] : processesIn(seen.known);
}

/** Returns the living processes of one tree, its root first. */
export function processesIn({ root, descendants }: PaneTree): readonly Process[] {
  return root === null ? [] : [root, ...descendants];
}

/** Returns the living processes of every pane that was looked at. */
export function processesInPanes({ panes }: Pick<Observation, 'panes'>): readonly Process[] {
  return [...panes.values()].flatMap(processesOf);
}
