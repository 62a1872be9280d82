import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { clean, shellQuote } from '../core/text.ts';
import { exitCode, UsageError } from '../errors.ts';
import type { ServerEntry } from '../hermes/mcp-entry.ts';
import { stage } from '../registry/replace-file.ts';
import { setVariable } from '../set-variable.ts';
import type { Context } from './context.ts';
import { choiceOf, isOn, textOf, type Answer, type Input, type Operation } from './operation.ts';

export const setup: Operation = {
  name: 'setup',
  summary: 'install the skill and the MCP server entry into a Hermes home',
  flags: [
    { name: 'uninstall', description: 'take exactly that out again' },
    { name: 'print', description: 'only show what would be written' },
    { name: 'profile', description: 'the profile (default: default)', value: { kind: 'text', placeholder: 'name' } },
    {
      name: 'hermes-home',
      description: 'default: $HERMES_HOME, else ~/.hermes',
      value: { kind: 'text', placeholder: 'dir' },
    },
    {
      name: 'client',
      description: 'with --print: the entry for another MCP host',
      value: { kind: 'choice', choices: ['mcp-json'] },
    },
    { name: 'service', description: 'print a systemd user unit that works a card without a model' },
    { name: 'card', description: 'with --service: the card', value: { kind: 'text', placeholder: 'id' } },
    { name: 'yes', description: 'with --service: write the unit' },
  ],
  async *run(context, input) {
    if (isOn(input, 'service')) {
      yield await service(context, input);
      return;
    }
    const { serverName, withEntry, withoutEntry } = await import('../hermes/mcp-entry.ts');
    if (choiceOf(input, 'client', ['mcp-json']) !== null) {
      const servers = { mcpServers: { [serverName]: { ...entryOf(context, {}), timeout: undefined } } };
      yield said(servers, JSON.stringify(servers, null, 2));
      return;
    }
    const home = homeOf(context, input);
    const config = join(home, 'config.yaml');
    const text = await readFile(config, 'utf8').catch(() => null);
    if (text === null) throw noHome(home);
    const entry = entryOf(context, await hermesVariables(context));
    const change = isOn(input, 'uninstall') ? withoutEntry(config, text) : withEntry(config, text, entry);
    const skill = join(home, 'skills', 'agent-sessions-monitor');
    if (isOn(input, 'print')) {
      yield said(
        { config, skill, entry },
        [`# ${config}`, JSON.stringify({ mcp_servers: { [serverName]: entry } }, null, 2), `# ${skill}/SKILL.md`].join(
          '\n',
        ),
      );
      return;
    }
    const lines: string[] = [];
    if (change.kind === 'foreign')
      lines.push(`${config}:${change.at} has an entry ${serverName} that is not ours: left alone`);
    if (change.kind === 'unchanged') lines.push(`${config}: nothing to change`);
    if (change.kind === 'changed') {
      await backUp(context, text);
      stage(config, change.text).commit();
      lines.push(`${config}: ${isOn(input, 'uninstall') ? `${serverName} taken out` : `${serverName} added`}`);
    }
    if (isOn(input, 'uninstall')) await rm(skill, { recursive: true, force: true });
    else await cp(skillSource(context), skill, { recursive: true });
    lines.push(isOn(input, 'uninstall') ? `${skill}: taken out` : `${skill}: installed`);
    yield said({ config, change: change.kind, skill }, lines.map(clean).join('\n'));
  },
};

/** What reaches our server by the worker: unset, it stays the literal `${NAME}`, and counts as not set. */
const passedOn = [
  'HERMES_HOME',
  'HERMES_PROFILE',
  'HERMES_KANBAN_TASK',
  'HERMES_KANBAN_BOARD',
  'HERMES_KANBAN_DB',
  'HERMES_KANBAN_RUN_ID',
  'TMUX',
  'TMUX_TMPDIR',
  'CLAUDE_CONFIG_DIR',
  'XDG_CONFIG_HOME',
  'XDG_STATE_HOME',
  'XDG_CACHE_HOME',
  'AGENT_SESSIONS_MQTT_URL',
  'AGENT_SESSIONS_MQTT_USER',
  'AGENT_SESSIONS_MQTT_PASSWORD',
];

/** Registry and state folder by their paths: worker and shell must share one memory. */
function entryOf({ settings, program }: Context, variables: Readonly<Record<string, string>>): ServerEntry {
  const [command = process.execPath, ...args] = program;
  const env = {
    ...variables,
    AGENT_SESSIONS_YAML: settings.registry.path,
    AGENT_SESSIONS_MONITOR_STATE_DIR: settings.stateDir,
  };
  return { command, args: [...args, 'mcp'], timeout: 600, env };
}

async function hermesVariables({ env }: Context): Promise<Record<string, string>> {
  const config = setVariable(env, 'AGENT_SESSIONS_MONITOR_CONFIG');
  return {
    ...Object.fromEntries(passedOn.map((name) => [name, `\${${name}}`])),
    ...(config === null ? {} : { AGENT_SESSIONS_MONITOR_CONFIG: config }),
    AGENT_SESSIONS_WAIT_SECONDS: '540',
  };
}

function homeOf({ env, home }: Context, input: Input): string {
  const hermes = textOf(input, 'hermes-home') ?? setVariable(env, 'HERMES_HOME') ?? join(home, '.hermes');
  const profile = textOf(input, 'profile') ?? 'default';
  if (/[/\\]|^\.+$/.test(profile))
    throw new UsageError('a profile has a plain name', { where: '--profile', cure: 'hermes profile list' });
  return profile === 'default' ? hermes : join(hermes, 'profiles', profile);
}

function noHome(home: string): UsageError {
  return new UsageError('there is no config of Hermes', {
    where: join(home, 'config.yaml'),
    cure: 'name its home with --hermes-home, or make one: hermes setup',
  });
}

async function backUp({ settings }: Context, text: string): Promise<void> {
  const folder = join(settings.stateDir, 'hermes-backups');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, `${new Date().toISOString().replaceAll(':', '-')}.yaml`), text, { mode: 0o600 });
}

/** Beside the bundle, in a clone and in an installed package alike. */
function skillSource({ program }: Context): string {
  return join(dirname(program.at(-1) ?? ''), '../skills/agent-sessions-monitor');
}

async function service(context: Context, input: Input): Promise<Answer> {
  const card = textOf(input, 'card');
  if (card === null)
    throw new UsageError('a service works one card', { where: '--card', cure: 'make it: asm dispatch --worker self' });
  const words = [...context.program, 'monitor', '--board', 'hermes', '--card', card].map(shellQuote).join(' ');
  const kept = ['PATH', 'HERMES_HOME', 'TMUX_TMPDIR', 'AGENT_SESSIONS_YAML', 'AGENT_SESSIONS_MONITOR_STATE_DIR'];
  const environment = kept.flatMap((name) => {
    const value = setVariable(context.env, name);
    return value === null ? [] : [`Environment=${JSON.stringify(`${name}=${value}`)}`];
  });
  const unit = [
    '[Unit]',
    'Description=agent-sessions-monitor: watches tmux coding-agent sessions',
    '',
    '[Service]',
    ...environment,
    `ExecStart=${words}`,
    'Restart=on-failure',
    'RestartSec=10',
    '',
    '[Install]',
    'WantedBy=default.target',
    '',
  ].join('\n');
  if (!isOn(input, 'yes')) return said({ unit }, unit.trimEnd());
  const path = join(context.home, '.config/systemd/user/agent-sessions-monitor.service');
  if ((await stat(path).catch(() => null)) !== null) {
    throw new UsageError('there is such a unit already', {
      where: path,
      cure: 'take it away first, or change it by hand',
    });
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, unit);
  return said({ unit, path }, `${path}\nstart it with: systemctl --user enable --now agent-sessions-monitor`);
}

function said(json: unknown, text: string): Answer {
  return { json, text, exit: exitCode.done };
}
