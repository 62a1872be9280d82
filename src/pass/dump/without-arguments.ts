import type { Observation, PaneTree, Process, Seen } from '../../core/model/observation.ts';
import type { PlanInput } from '../../core/model/plan.ts';
import { isInteractiveShell, isShell } from '../../core/place/shell.ts';

/**
 * Leaves out what no plan needs and no bug report may hold: the environment of the processes, and their arguments,
 * which may hold a prompt or a password. `agentProcesses` already says what an agent was started for. Only one fact of
 * the arguments is still needed: whether they are those of a shell that waits for its user.
 */
export function withoutArguments(input: PlanInput): PlanInput {
  const { observation } = input;
  const panes = new Map([...observation.panes].map(([pid, seen]) => [pid, treeWithout(seen)] as const));
  return { ...input, observation: { ...observation, panes } satisfies Observation };
}

function treeWithout(seen: Seen<PaneTree>): Seen<PaneTree> {
  if ('blind' in seen) return seen;
  const { root, descendants } = seen.known;
  return {
    known: {
      ...seen.known,
      root: root === null ? null : processWithout(root),
      descendants: descendants.map(processWithout),
    },
  };
}

/** Keeps the program's name, the applet's of a `busybox sh`, and whether it is a shell that waits for its user. */
function processWithout(seen: Process): Process {
  const process = { ...seen, folders: {}, home: null };
  const [program = '', applet = ''] = process.argv;
  // A program may write a whole line over its name.
  const names = [program.split(/\s/)[0] ?? '', ...(isShell(applet) ? [applet] : [])];
  const bare = { ...process, argv: names };
  if (isInteractiveShell(bare) === isInteractiveShell(process)) return bare;
  return { ...process, argv: [...names, leftOut] };
}

/** Stands in for arguments: a shell with a word that is no option runs a script. */
const leftOut = '…';
