import type { Process } from '../../core/model/observation.ts';
import { programName, scriptOf } from '../program-arguments.ts';

/**
 * Decides whether a process is a Claude, by its own name, its executable's, or the script that a `node` runs: tmux's
 * command name is often another.
 */
export function looksLikeClaude({ argv, exe }: Pick<Process, 'argv' | 'exe'>): boolean {
  if (
    [argv[0] ?? '', exe ?? ''].some(
      (path) => /^claude(\.exe)?$/.test(programName(path)) || /\/claude\/versions\/[^/]+$/.test(path),
    )
  ) {
    return true;
  }
  const script = scriptOf(argv) ?? '';
  return programName(script) === 'claude' || /(^|\/)claude-code\/cli\.m?js$/.test(script);
}

/** The variable that names Claude's folder for Claude itself. */
export const rootVariable = 'CLAUDE_CONFIG_DIR';

/** Returns Claude's folder by a process's own environment; `null` if that cannot be read. */
export function claudeRootOf({ folders, home }: Process): string | null {
  return folders[rootVariable] ?? (home === null ? null : usualClaudeRoot(home));
}

/** Returns Claude's folder if that variable is not set. */
export function usualClaudeRoot(home: string): string {
  return `${home.replace(/\/+$/, '')}/.claude`;
}
