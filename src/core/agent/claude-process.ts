import type { ClaudeLive, ClaudeLook, Observation, Process } from '../model/observation.ts';
import { launchOf } from './claude-launch.ts';

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

/** Does it talk with a user at a terminal, or show such a talk? Not a headless run, a teammate, a background session. */
export function isAtTerminal(process: Process, observation: Observation): boolean {
  const { mode } = launchOf(process);
  if (mode === 'headless' || mode === 'daemon' || mode === 'teammate') return false;
  const record = liveOf(process, observation);
  return record === null || isInteractive(record);
}

/** Kept by a Claude at a terminal, not by a headless run or a background session. */
export function isInteractive({ kind, entrypoint }: ClaudeLive): boolean {
  return kind !== 'bg' && entrypoint?.startsWith('sdk') !== true;
}

/** Claude's folder by a process's own environment; `null` where that may not be read. */
export function claudeRootOf({ claudeConfigDir, home }: Process): string | null {
  return claudeConfigDir ?? (home === null ? null : usualClaudeRoot(home));
}

/** Claude's folder where `CLAUDE_CONFIG_DIR` is not set. */
export function usualClaudeRoot(home: string): string {
  return `${home.replace(/\/+$/, '')}/.claude`;
}

/** Claude's own record of a living process; a left-behind one of an earlier process of that pid is none. */
export function liveOf(process: Process, { claude }: Observation): ClaudeLive | null {
  if ('blind' in claude) return null;
  const live = claude.known.live.get(process.pid) ?? null;
  if (live === null || (live.procStart !== null && live.procStart !== process.start)) return null;
  return live;
}

/** Every record of a living process, in the panes that were looked at and elsewhere. */
export function recordsIn({ live, foreign }: Pick<ClaudeLook, 'live' | 'foreign'>): readonly ClaudeLive[] {
  return [...live.values(), ...foreign.values()];
}

/**
 * The record of the process that runs what this one shows: its own, or that of the background session to which its
 * conversation was moved or to which it is attached.
 */
export function shownRecord(process: Process, observation: Observation): ClaudeLive | null {
  const own = liveOf(process, observation);
  const job = own === null ? launchOf(process).job : own.parkedJobId;
  if (job === null || 'blind' in observation.claude) return own;
  return recordsIn(observation.claude.known).find(({ jobId }) => jobId === job) ?? null;
}

function isNamed(path: string, name: RegExp): boolean {
  return name.test(path.split('/').at(-1) ?? '');
}
