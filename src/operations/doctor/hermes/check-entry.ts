import { access, constants } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { isMap } from 'yaml';
import { serverName, type ServerEntry } from '../../../hermes/mcp-entry.ts';
import { setting } from '../../../hermes/setting.ts';
import { parseSource } from '../../../yaml/source.ts';
import { hermesEntry } from '../../setup/entry.ts';
import { bad, good, type Finding } from '../finding.ts';
import { checkAnswers } from './check-answers.ts';
import { words, type HermesWorld } from './hermes-world.ts';
import { setupCommand } from './setup-command.ts';

/** Is our server in the config as `setup` would write it now, and does it answer in time? */
export async function checkEntry(world: HermesWorld): Promise<readonly Finding[]> {
  const { config, context } = world;
  const wanted = hermesEntry(context, config);
  const wrong = await whatIsWrong(config.text, wanted);
  const cure = `${setupCommand(world.home)}; an entry that was written by hand is left alone: take it out first`;
  if (wrong !== null) return [bad('hermes-entry', `${config.path}: ${wrong}`, cure)];
  const hidden = hidingToolsets(world);
  if (hidden !== null)
    return [
      bad('hermes-entry', `${config.path}: platform_toolsets.cli hides our MCP server: ${hidden}`, 'take that out'),
    ];
  // Only what we would write ourselves is ever started.
  return [good('hermes-entry', `${config.path} has our MCP server`), await checkAnswers(context, wanted)];
}

async function whatIsWrong(text: string, wanted: ServerEntry): Promise<string | null> {
  const { doc } = parseSource(text);
  const [error] = doc.errors;
  if (error !== undefined) return `does not parse: ${error.message}`;
  const entry = isMap(doc.contents) ? entryIn(doc.toJS()) : null;
  if (entry === null) return `no MCP server ${serverName}`;
  if (entry['enabled'] === false) return `${serverName} is turned off (enabled: false)`;
  const { command, args, timeout, env } = entry;
  if (!isDeepStrictEqual({ command, args }, { command: wanted.command, args: wanted.args }))
    return `${serverName} starts another program than this one`;
  if (!(await isExecutable(wanted.command))) return `${wanted.command} cannot be started`;
  if (typeof timeout !== 'number' || timeout < wanted.timeout)
    return `${serverName}.timeout is below ${wanted.timeout}`;
  const differs = variablesThatDiffer(isRecord(env) ? env : {}, wanted.env);
  if (differs.length === 0) return null;
  return `${serverName}.env is not as setup would write it in this shell: ${differs.join(', ')}`;
}

function entryIn(config: unknown): Record<string, unknown> | null {
  const servers = isRecord(config) ? config['mcp_servers'] : null;
  const entry = isRecord(servers) ? servers[serverName] : null;
  return isRecord(entry) ? entry : null;
}

/** More of them are the user's own. */
function variablesThatDiffer(env: Record<string, unknown>, wanted: ServerEntry['env']): readonly string[] {
  return Object.entries(wanted).flatMap(([name, value]) => (env[name] === value ? [] : [name]));
}

/** A name of a server among the toolsets shuts out all servers that are not named. */
function hidingToolsets({ config }: HermesWorld): string | null {
  const toolsets = words(config, 'platform_toolsets', 'cli');
  if (toolsets.includes('no_mcp')) return 'no_mcp';
  const servers = setting(config, 'mcp_servers');
  const named = toolsets.filter((name) => isRecord(servers) && name in servers);
  return named.length === 0 || named.includes(serverName) ? null : named.join(', ');
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
