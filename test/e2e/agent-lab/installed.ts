import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A real agent that is installed for the tests. */
export interface Installed {
  readonly version: string;
  /** The folder of its program. */
  readonly bin: string;
}

const installer = fileURLToPath(new URL('../../../scripts/real-agent.mjs', import.meta.url));

/** Installs an agent, if it is not there yet. @param wanted a version, `pinned` or `newest` */
export function installed(
  agent: 'claude-code' | 'codex' | 'opencode' | 'gemini' | 'copilot',
  wanted: string,
): Installed {
  return JSON.parse(execFileSync(process.execPath, [installer, agent, wanted], { encoding: 'utf8' }));
}
