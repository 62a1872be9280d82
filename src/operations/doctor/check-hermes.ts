import { access, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { serverName } from '../../hermes/mcp-entry.ts';
import { isBeforeTurns } from '../../hermes/version.ts';
import { setVariable } from '../../set-variable.ts';
import type { Context } from '../context.ts';
import { ask } from './ask.ts';
import { bad, good, type Finding } from './finding.ts';

/** What a Hermes worker depends on; nothing where Hermes is neither configured nor installed. */
export async function checkHermes(context: Context): Promise<readonly Finding[]> {
  const home = setVariable(context.env, 'HERMES_HOME') ?? join(context.home, '.hermes');
  const config = await readFile(join(home, 'config.yaml'), 'utf8').catch(() => null);
  const { command } = context.settings.hermes;
  const { code, failure, stdout } = await ask(command, ['--version'], context.signal);
  if (code !== 0) {
    if (config === null) return [];
    const reason =
      failure === 'ENOENT' ? `${command} is not installed` : `${command} does not start (${failure ?? code})`;
    return [bad('hermes', reason, "pip install 'hermes-agent[mcp]', or put hermes into PATH")];
  }
  const version = /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? 'of an unknown version';
  const turns = isBeforeTurns(version)
    ? 'a goal card has one turn: the monitor lives inside it'
    : 'a goal card has many turns';
  const found = good('hermes', `hermes ${version}: ${turns}`);
  return config === null
    ? [found]
    : [found, await checkExtra(context), await checkSkill(home), checkEntry(home, config)];
}

/** Without it a worker has no MCP tools, and no log says so. */
async function checkExtra({ env, settings, signal }: Context): Promise<Finding> {
  const python = await pythonOf(settings.hermes.command, env['PATH'] ?? '');
  if (python === null) return good('hermes-mcp', "not asked: Hermes' own Python was not found");
  const { code } = await ask(python, ['-c', 'import mcp'], signal);
  if (code === 0) return good('hermes-mcp', "Hermes' mcp extra is installed");
  return bad(
    'hermes-mcp',
    'Hermes lacks its mcp extra: a worker gets no tools of ours',
    "pip install 'hermes-agent[mcp]'",
  );
}

/** By the first line of the program. */
async function pythonOf(command: string, path: string): Promise<string | null> {
  const places = command.includes('/') ? [command] : path.split(':').map((folder) => join(folder, command));
  for (const place of places) {
    const text = await realpath(place)
      .then((real) => readFile(real, 'utf8'))
      .catch(() => null);
    if (text !== null) return /^#!(\S*python\S*)/.exec(text)?.[1] ?? null;
  }
  return null;
}

async function checkSkill(home: string): Promise<Finding> {
  const path = join(home, 'skills/agent-sessions-monitor/SKILL.md');
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  return isThere ? good('hermes-skill', `skill ${path}`) : bad('hermes-skill', `no skill at ${path}`, 'asm setup');
}

function checkEntry(home: string, config: string): Finding {
  const path = join(home, 'config.yaml');
  if (new RegExp(`^ +${serverName}:`, 'm').test(config)) return good('hermes-entry', `${path} has our MCP server`);
  return bad('hermes-entry', `${path} has no MCP server ${serverName}`, 'asm setup');
}
