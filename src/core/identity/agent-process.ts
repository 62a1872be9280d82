import type { Agent } from '../entry.ts';
import type { Observation, PaneTree, Process } from '../observation.ts';

/**
 * The agent that the pane belongs to: the outermost one in the terminal's foreground. A nested `claude -p` (of a
 * plugin, a hook) is never it.
 */
export function agentProcessOf(tree: PaneTree, agent: Agent | null, observation: Observation): Process | null {
  if (tree.root === null) return null;
  const inForeground = (one: Process) => one.tty !== 0 && one.processGroup === one.foregroundGroup;
  const candidates = [tree.root, ...tree.descendants].filter(
    (one) => inForeground(one) && isAgent(one, agent, observation) && !isPrinting(one, observation),
  );
  return candidates[0] ?? null;
}

function isAgent(process: Process, agent: Agent | null, observation: Observation): boolean {
  if (agent !== 'agy' && (looksLikeClaude(process) || liveOf(process, observation) !== null)) return true;
  return agent !== 'claude' && looksLikeAgy(process);
}

/** By its own name, its executable's, or the script that a `node` runs: tmux's command name is often another. */
export function looksLikeClaude({ argv, exe }: Pick<Process, 'argv' | 'exe'>): boolean {
  const [program = '', script = ''] = argv;
  if (
    [program, exe ?? ''].some((path) => isNamed(path, /^claude(\.exe)?$/) || /\/claude\/versions\/[^/]+$/.test(path))
  ) {
    return true;
  }
  return isNamed(program, /^(node|bun)$/) && /(^|\/)(claude|claude-code\/cli\.(m?js))$/.test(script);
}

/** Claude's folder by a process's own environment; `null` where that may not be read. */
export function claudeRootOf({ claudeConfigDir, home }: Process): string | null {
  return claudeConfigDir ?? (home === null ? null : `${home.replace(/\/+$/, '')}/.claude`);
}

export function looksLikeAgy({ argv, exe }: Pick<Process, 'argv' | 'exe'>): boolean {
  return [argv[0] ?? '', exe ?? ''].some((path) => isNamed(path, /^agy$/));
}

function isNamed(path: string, name: RegExp): boolean {
  return name.test(path.split('/').at(-1) ?? '');
}

export function isPrinting(process: Process, observation: Observation): boolean {
  if (liveOf(process, observation)?.entrypoint?.startsWith('sdk') === true) return true;
  return process.argv.some((word) => word === '-p' || word === '--print');
}

/** Claude's own record of a living process; a left-behind one of an earlier process of that pid is none. */
export function liveOf(process: Process, { claude }: Observation) {
  if ('blind' in claude) return null;
  const live = claude.known.live.get(process.pid) ?? null;
  if (live === null || (live.procStart !== null && live.procStart !== process.start)) return null;
  return live;
}
