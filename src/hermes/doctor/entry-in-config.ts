import type { HermesConfig } from '../hermes-config.ts';
import { serverName } from '../../core/words/server-name.ts';
import { setting } from '../hermes-config.ts';
import { isObject } from '../../system/json.ts';
import { missingProgram } from '../../system/missing-program.ts';

/** Returns the entry of this program's MCP server in a Hermes config, by `setup` or by hand; `null`: there is none. */
export function serverEntryIn(config: HermesConfig): Readonly<Record<string, unknown>> | null {
  const entry = setting(config, 'mcp_servers', serverName);
  return isObject(entry) ? entry : null;
}

/** Returns the program of an entry that is gone; `null`: all is there. */
export function missingIn(
  { command, args }: Readonly<Record<string, unknown>>,
  path: string | undefined,
): string | null {
  const missing = missingProgram([command, ...(Array.isArray(args) ? args : [])].map(String), path);
  return missing === null ? null : `${serverName} starts ${missing}, which is not there any more`;
}
