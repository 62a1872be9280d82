import { agentNamedAs } from '../../agents/agent-processes.ts';
import type { Agent } from '../../core/model/entry.ts';
import type { Process } from '../../core/model/observation.ts';
import { readLink, readText } from '../../system/if-readable.ts';
import { readStat } from '../../system/proc-files.ts';
import { runProgram } from '../../system/run-program.ts';
import { parsePs, psFormat } from './ps-list.ts';

/** A process that is an agent by its name. */
export interface NamedAgent {
  readonly agent: Agent;
  readonly pid: number;
  readonly start: string;
}

type Known = Pick<Process, 'pid' | 'ppid' | 'start' | 'argv' | 'exe'>;
type Find = (pid: number) => Known | null;

/** What says nothing of how a process was started. */
const untold = {
  startedAt: 0,
  processGroup: 0,
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
  let found: NamedAgent | null = null;
  let at = find(pid);
  for (let step = 0; at !== null && step < stepsAtMost; step += 1) {
    const named = agentNamedAs(at);
    const agent = named?.facts.name;
    // A daemon works for every pane, also if the agent of one has started it (Codex' app-server, opencode's).
    if (named?.launch({ ...untold, ...at }).mode === 'daemon') return found;
    // A process between two agents shows that the outer one started the inner one to work for it.
    if (found !== null && agent !== found.agent) return found;
    if (agent !== undefined) found = { agent, pid: at.pid, start: at.start };
    at = at.ppid > 1 ? find(at.ppid) : null;
  }
  return found;
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
  const argv = (readText(`/proc/${pid}/cmdline`) ?? '').split('\0');
  return { pid, ppid: stat.ppid, start: stat.start, argv, exe: readLink(`/proc/${pid}/exe`) };
}
