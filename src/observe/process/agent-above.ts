import type { CodingAgent } from '../../agents/agent.ts';
import { agentNamedAs } from '../../agents/agent-processes.ts';
import { argumentsOf } from '../../agents/program-arguments.ts';
import type { Agent } from '../../core/model/entry.ts';
import type { Process } from '../../core/model/observation.ts';
import { readLink } from '../../system/if-readable.ts';
import { readArguments, readStat } from '../../system/proc-files.ts';
import { runProgram } from '../../system/run-program.ts';
import { parsePs, psFormat } from './ps-list.ts';

/** A process that is an agent by its name. */
export interface NamedAgent {
  readonly agent: Agent;
  readonly pid: number;
  readonly start: string;
  readonly argv: readonly string[];
}

type Known = Pick<Process, 'pid' | 'ppid' | 'start' | 'argv' | 'exe' | 'processGroup'>;
type Find = (pid: number) => Known | null;

/** What says nothing of how a process was started. */
const untold = {
  startedAt: 0,
  foregroundGroup: -1,
  tty: 0,
  cwd: null,
  folders: {},
  home: null,
};

/** A hook runs some shells below its agent; more steps are none. */
const stepsAtMost = 16;

/**
 * Finds the agent for which a process works: the process itself, or the nearest one above it. Of a program and its own
 * launcher, which both have the agent's name, the launcher is the agent of the pane.
 */
export async function agentAbove(pid: number, signal: AbortSignal): Promise<NamedAgent | null> {
  const find = await finder(signal);
  let at = find(pid);
  for (let step = 0; at !== null && step < stepsAtMost; step += 1) {
    const agent = agentNamedAs(at);
    if (agent !== undefined) return reporterOf(agent, at, find);
    at = parentOf(at, find);
  }
  return null;
}

/** Returns the process that reports for a program of an agent: its outermost launcher, or itself. */
function reporterOf({ facts, launch }: CodingAgent, program: Known, find: Find): NamedAgent | null {
  const { mode } = launch({ ...untold, ...program });
  // A daemon works for every pane, also if the agent of one has started it (Codex' app-server, opencode's).
  if (mode === 'daemon') return null;
  let own = program;
  // What has no user of its own, such as `opencode run`, works for the agent that started it, and is not that agent.
  for (let step = 0; mode === 'interactive' && step < stepsAtMost; step += 1) {
    const above = parentOf(own, find);
    if (above === null || agentNamedAs(above)?.facts.name !== facts.name || !isLauncher(above, own)) break;
    own = above;
  }
  return { agent: facts.name, pid: own.pid, start: own.start, argv: own.argv };
}

/**
 * Decides whether a process only launched the program below it, with its own arguments and in its own process group. A
 * shell hands its place to its last command: so an agent that an agent runs by `bash -c` may also be right below it.
 */
function isLauncher(above: Known, below: Known): boolean {
  const [launched, own] = [argumentsOf(above.argv), argumentsOf(below.argv)];
  return above.processGroup === below.processGroup && launched.join('\0') === own.join('\0');
}

function parentOf({ ppid }: Known, find: Find): Known | null {
  return ppid > 1 ? find(ppid) : null;
}

async function finder(signal: AbortSignal): Promise<Find> {
  if (process.platform === 'linux') return findInProc;
  const env = { ...process.env, LC_ALL: 'C' };
  const answer = await runProgram('/bin/ps', ['-axww', '-o', psFormat], 2_000, signal, { env });
  const all = parsePs(answer.kind === 'ended' ? answer.stdout : '');
  return (pid) => {
    const one = all.get(pid);
    return one === undefined ? null : { ...one, exe: null };
  };
}

function findInProc(pid: number): Known | null {
  const stat = readStat(pid);
  if (stat === null) return null;
  const argv = readArguments(pid);
  const { ppid, start, processGroup } = stat;
  return { pid, ppid, start, processGroup, argv, exe: readLink(`/proc/${pid}/exe`) };
}
