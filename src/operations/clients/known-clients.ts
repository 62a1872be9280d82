import { join } from 'node:path';
import { serverName } from '../../core/words/server-name.ts';
import { setVariable } from '../../system/set-variable.ts';
import type { Client, ClientFile, ServerStart } from './client.ts';
import { goose, oneList, usual } from './entry-forms.ts';
import { applicationFolder, configFolder, opencodeFile } from './host-folders.ts';

/*
 * Hosts end a call of a tool after a while, and most count from its start. An entry raises that limit where the host's
 * form can, and `wait_for_drift` stays below it; docs/hosts.md is made from this table.
 */

/** Below the 60 s of hosts that have a fixed limit, or tell none; s. */
const shortWait = 50;
/** Below 600 s, the limit that the entries ask for, and Gemini CLI's own; s. */
const longWait = 540;

/** `$NAME` and `${NAME}`. */
const anyVariable = /\$(\w+|\{[^}]*\})/;
/** `${NAME}` alone. */
const bracedVariable = /\$\{[^}]*\}/;

export const knownClients: readonly Client[] = [
  {
    name: 'claude-code',
    title: 'Claude Code',
    tested: [
      { kind: 'program', version: '2.1.332' },
      { kind: 'schema', id: 'claude-code' },
    ],
    replaces: bracedVariable,
    // After 120 s it moves a call to the background, and its model ends the turn.
    own: {
      program: 'claude',
      add: (server, start) => [...userAdd(server, start), '--', ...commandOf(start)],
      remove: (server) => ['mcp', 'remove', '--scope', 'user', server],
      waitSeconds: 110,
      sees: { kind: 'printed', words: (server) => ['mcp', 'get', server], connected: /Status: \S+ Connected/ },
    },
    file: usualFile(({ env, home }) => join(setVariable(env, 'CLAUDE_CONFIG_DIR') ?? home, '.claude.json'), {
      more: { type: 'stdio' },
      waitSeconds: 110,
    }),
  },
  {
    name: 'claude-desktop',
    title: 'Claude Desktop',
    tested: [{ kind: 'schema', id: 'claude-desktop' }, { kind: 'bundle' }],
    own: null,
    file: usualFile((place) => join(applicationFolder(place), 'Claude/claude_desktop_config.json'), {
      waitSeconds: shortWait,
    }),
  },
  {
    name: 'codex',
    title: 'Codex CLI',
    tested: [
      { kind: 'program', version: '0.171.0' },
      { kind: 'schema', id: 'codex' },
    ],
    own: {
      program: 'codex',
      add: usualAdd,
      remove: (server) => ['mcp', 'remove', server],
      waitSeconds: shortWait,
      sees: { kind: 'app-server', words: ['app-server'] },
    },
    file: {
      path: ({ env, home }) => join(setVariable(env, 'CODEX_HOME') ?? join(home, '.codex'), 'config.toml'),
      format: 'toml',
      key: 'mcp_servers',
      form: usual,
      more: { tool_timeout_sec: 600 },
      waitSeconds: longWait,
    },
  },
  {
    name: 'gemini',
    title: 'Gemini CLI',
    tested: [
      { kind: 'program', version: '0.61.0' },
      { kind: 'schema', id: 'gemini' },
    ],
    replaces: anyVariable,
    own: {
      program: 'gemini',
      add: (server, start) => [...userAdd(server, start), ...commandOf(start)],
      remove: (server) => ['mcp', 'remove', '--scope', 'user', server],
      // 0.61.0 keeps `a` of `--env NAME=a=b`.
      cutsAt: '=',
      waitSeconds: longWait,
      // It shows no server in a folder that it does not trust.
      sees: {
        kind: 'printed',
        words: () => ['mcp', 'list'],
        connected: new RegExp(`✓ ${serverName}: .* - Connected`),
        env: { GEMINI_CLI_TRUST_WORKSPACE: 'true' },
      },
    },
    file: usualFile(({ env, home }) => join(setVariable(env, 'GEMINI_CLI_HOME') ?? home, '.gemini/settings.json'), {
      waitSeconds: longWait,
    }),
  },
  {
    name: 'antigravity',
    title: 'Antigravity CLI',
    tested: [{ kind: 'schema', id: 'antigravity-cli' }],
    own: null,
    file: usualFile(({ home }) => join(home, '.gemini/config/mcp_config.json'), { waitSeconds: shortWait }),
  },
  {
    name: 'cursor',
    title: 'Cursor',
    tested: [{ kind: 'schema', id: 'cursor' }],
    replaces: bracedVariable,
    own: null,
    file: usualFile(({ home }) => join(home, '.cursor/mcp.json'), { waitSeconds: shortWait }),
  },
  {
    name: 'vscode',
    title: 'VS Code',
    tested: [{ kind: 'schema', id: 'vscode' }],
    replaces: bracedVariable,
    own: {
      program: 'code',
      isOptional: true,
      add: (name, start) => ['--add-mcp', JSON.stringify({ name, type: 'stdio', ...usual.write(start) })],
      remove: null,
      waitSeconds: longWait,
      sees: null,
    },
    file: {
      path: (place) => join(applicationFolder(place), 'Code/User/mcp.json'),
      format: 'json',
      key: 'servers',
      form: usual,
      more: { type: 'stdio' },
      waitSeconds: longWait,
    },
  },
  {
    name: 'copilot',
    title: 'Copilot CLI',
    tested: [{ kind: 'program', version: '1.0.102' }],
    replaces: anyVariable,
    own: {
      program: 'copilot',
      add: usualAdd,
      remove: (server) => ['mcp', 'remove', server],
      waitSeconds: shortWait,
      sees: null,
    },
    file: usualFile(
      ({ env, home }) => join(setVariable(env, 'COPILOT_HOME') ?? join(home, '.copilot'), 'mcp-config.json'),
      { more: { type: 'local', tools: ['*'] }, waitSeconds: shortWait },
    ),
  },
  {
    name: 'opencode',
    title: 'opencode',
    tested: [
      { kind: 'program', version: '1.18.33' },
      { kind: 'schema', id: 'opencode' },
    ],
    replaces: /\{(env|file):[^}]*\}/,
    own: {
      program: 'opencode',
      add: usualAdd,
      remove: null,
      waitSeconds: shortWait,
      sees: { kind: 'printed', words: () => ['mcp', 'list'], connected: new RegExp(`✓ ${serverName}\\s+connected`) },
    },
    file: {
      path: (place) => opencodeFile(join(configFolder(place), 'opencode')),
      names: ['opencode.jsonc', 'opencode.json', 'config.json'],
      format: 'json',
      key: 'mcp',
      form: oneList,
      waitSeconds: longWait,
      more: { type: 'local', enabled: true, timeout: 600_000 },
    },
  },
  {
    name: 'goose',
    title: 'Goose',
    tested: [{ kind: 'schema', id: 'goose' }],
    own: null,
    file: {
      path: (place) => join(configFolder(place), 'goose/config.yaml'),
      format: 'yaml',
      key: 'extensions',
      form: goose,
      waitSeconds: 280,
      more: { type: 'stdio', name: serverName, description: '', enabled: true, timeout: 300 },
    },
  },
  {
    name: 'zed',
    title: 'Zed',
    tested: [{ kind: 'documentation' }],
    own: null,
    file: {
      path: ({ env, home, platform }) =>
        platform === 'darwin'
          ? join(home, '.config/zed/settings.json')
          : join(configFolder({ env, home, platform }), 'zed/settings.json'),
      format: 'json',
      key: 'context_servers',
      form: usual,
      more: { timeout: 600 },
      waitSeconds: longWait,
    },
  },
];

/** What `--client mcp-json` says: the entry as most hosts read it, for a host that is not in the table. */
export const anyHost = { name: 'mcp-json', waitSeconds: shortWait } as const;

export const clientNames: readonly string[] = [...knownClients.map(({ name }) => name), anyHost.name];

/** Makes what most hosts have: `mcpServers` in a JSON file. */
function usualFile(
  path: ClientFile['path'],
  { more = {}, waitSeconds }: { readonly more?: ClientFile['more']; readonly waitSeconds: number },
): ClientFile {
  return { path, format: 'json', key: 'mcpServers', form: usual, more, waitSeconds };
}

/** Makes the words of most hosts' own command. */
function usualAdd(server: string, start: ServerStart): readonly string[] {
  return ['mcp', 'add', server, ...variables(start), '--', ...commandOf(start)];
}

/** Makes the words of a host that has servers of a project too, up to the command. */
function userAdd(server: string, start: ServerStart): readonly string[] {
  return ['mcp', 'add', '--scope', 'user', ...variables(start), '--transport', 'stdio', server];
}

function variables({ env }: ServerStart): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
}

function commandOf({ command, args }: ServerStart): readonly string[] {
  return [command, ...args];
}
