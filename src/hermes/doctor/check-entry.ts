import { isDeepStrictEqual } from 'node:util';
import type { HermesConfig } from '../hermes-config.ts';
import { serverName } from '../../core/words/server-name.ts';
import type { ServerEntry } from '../server-entry.ts';
import { parseSource } from '../../yaml/source.ts';
import { hermesEntry } from '../setup/entry.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { isObject } from '../../system/json.ts';
import { checkAnswers } from './check-answers.ts';
import { hidingSetting } from './check-hidden.ts';
import type { HermesWorld } from './hermes-world.ts';
import { missingIn, serverEntryIn } from './entry-in-config.ts';
import { setupCommand } from './hermes-world.ts';

/**
 * Checks whether the config holds the MCP server as `setup` would write it now, and whether it answers in time.
 * @param readyMs how long it may take to show its tools; ms
 */
export async function checkEntry(world: HermesWorld, readyMs?: number): Promise<readonly Finding[]> {
  const { config, context } = world;
  const wanted = hermesEntry(context, config);
  const wrong = whatIsWrong(config, wanted, context.env['PATH']);
  const cure = `${setupCommand(world.home)}; an entry that was written by hand is left alone: take it out first`;
  if (wrong !== null) return [bad('hermes-entry', `${config.path}: ${wrong}`, cure)];
  const hidden = hidingSetting(world);
  if (hidden !== null) return [bad('hermes-entry', `${config.path}: ${hidden}`, 'take that out')];
  // Only an entry that `setup` itself would write is ever started.
  return [good('hermes-entry', `${config.path} has the MCP server`), await checkAnswers(context, wanted, readyMs)];
}

function whatIsWrong(config: HermesConfig, wanted: ServerEntry, path: string | undefined): string | null {
  const [error] = parseSource(config.text).doc.errors;
  if (error !== undefined) return `does not parse: ${error.message}`;
  const entry = serverEntryIn(config);
  if (entry === null) return `no MCP server ${serverName}`;
  if (entry['enabled'] === false) return `${serverName} is turned off (enabled: false)`;
  const missing = missingIn(entry, path);
  if (missing !== null) return missing;
  const { command, args, timeout, env } = entry;
  if (!isDeepStrictEqual({ command, args }, { command: wanted.command, args: wanted.args }))
    return `${serverName} starts another program than this one`;
  if (typeof timeout !== 'number' || timeout < wanted.timeout)
    return `${serverName}.timeout is below ${wanted.timeout}`;
  const differs = variablesThatDiffer(isObject(env) ? env : {}, wanted.env);
  if (differs.length === 0) return null;
  return `${serverName}.env is not as setup would write it in this shell: ${differs.join(', ')}`;
}

/** Returns the variables that differ; further variables in the entry are the user's own. */
function variablesThatDiffer(env: Record<string, unknown>, wanted: ServerEntry['env']): readonly string[] {
  return Object.entries(wanted).flatMap(([name, value]) => (env[name] === value ? [] : [name]));
}
