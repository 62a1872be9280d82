import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A foreign program that is installed for the tests. */
export interface Installed {
  readonly version: string;
  /** The folder of its program. */
  readonly bin: string;
}

const installer = fileURLToPath(new URL('../../../scripts/foreign-program.mjs', import.meta.url));

/** Installs a program, if it is not there yet. @param wanted a version, `pinned` or `newest` */
export function installed(
  program: 'claude-code' | 'codex' | 'opencode' | 'gemini' | 'copilot' | 'mcpb' | 'node' | 'tmux',
  wanted: string,
): Installed {
  return JSON.parse(execFileSync(process.execPath, [installer, program, wanted], { encoding: 'utf8' }));
}
