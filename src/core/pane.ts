import type { Entry } from './entry.ts';
import { agentProcessOf } from './identity/agent-process.ts';
import type { EntryMemory } from './memory.ts';
import type { Observation, PaneTree, Process, TmuxPane } from './observation.ts';
import { knownPanePids } from './absence.ts';

export interface PaneLook {
  readonly pane: TmuxPane;
  readonly tree: PaneTree | null;
  readonly agentProcess: Process | null;
}

/**
 * The pane of a session that is the entry's: the known one while an agent is in it, else whichever has an agent
 * (the person split the window), else the known one, else the first that lives.
 */
export function paneOf(
  panes: readonly TmuxPane[],
  entry: Entry,
  memory: EntryMemory | null,
  observation: Observation,
): PaneLook | null {
  const looks = panes.map((pane) => lookAt(pane, entry, observation));
  const pids = knownPanePids(entry, memory);
  const known = pids.flatMap((pid) => looks.find((look) => look.pane.pid === pid && !look.pane.dead) ?? []);
  const withAgent = (look: PaneLook): boolean => look.agentProcess !== null;
  return (
    known.find(withAgent) ??
    looks.find(withAgent) ??
    known[0] ??
    looks.find((look) => !look.pane.dead) ??
    looks[0] ??
    null
  );
}

function lookAt(pane: TmuxPane, entry: Entry, observation: Observation): PaneLook {
  const seen = pane.dead ? undefined : observation.panes.get(pane.pid);
  const tree = seen !== undefined && 'known' in seen ? seen.known : null;
  return { pane, tree, agentProcess: tree === null ? null : agentProcessOf(tree, entry.agent, observation) };
}

/** No agent is left in the pane: its own shell waits for a command, or `remain-on-exit` kept it after its process. */
export function isDeserted(look: PaneLook): boolean {
  return look.agentProcess === null && (look.pane.dead || isBareShell(look.tree));
}

/** Nothing else runs in it. An agent behind ssh, in a container or in a nested terminal is not this. */
function isBareShell(tree: PaneTree | null): boolean {
  const root = tree?.root ?? null;
  if (root === null || tree?.descendants.length !== 0) return false;
  const [command = root.exe ?? '', ...options] = root.argv;
  // With a script or `-c` it is a program like any other.
  const isInteractive = options.every((option) => /^[-+]/.test(option) && option !== '-c');
  return root.foregroundGroup === root.processGroup && isShell(command) && isInteractive;
}

/** `-bash`, `/usr/bin/zsh`, `fish`. */
export function isShell(command: string): boolean {
  const name = (command.split('/').at(-1) ?? '').replace(/^-/, '');
  return shells.has(name);
}

const shells = new Set([
  'ash',
  'bash',
  'csh',
  'dash',
  'elvish',
  'fish',
  'ksh',
  'mksh',
  'nu',
  'sh',
  'tcsh',
  'xonsh',
  'zsh',
]);
