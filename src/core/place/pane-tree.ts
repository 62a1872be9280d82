import type { Observation, PaneTree, Process, Seen } from '../model/observation.ts';

/** Returns the living processes of a pane, the one at its root first; none if the pane could not be read. */
export function processesOf(seen: Seen<PaneTree>): readonly Process[] {
  return 'blind' in seen ? [] : processesIn(seen.known);
}

/** Returns the living processes of one tree, its root first. */
export function processesIn({ root, descendants }: PaneTree): readonly Process[] {
  return root === null ? [] : [root, ...descendants];
}

/** Returns the living processes of every observed pane. */
export function processesInPanes({ panes }: Pick<Observation, 'panes'>): readonly Process[] {
  return [...panes.values()].flatMap(processesOf);
}
