import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ServerStart } from '../../../src/operations/clients/client.ts';
import { fragment } from '../../../src/operations/clients/entry-text.ts';
import { knownClients } from '../../../src/operations/clients/known-clients.ts';
import { startFor } from '../../../src/operations/clients/standing.ts';
import { doctor } from '../../../src/operations/doctor.ts';
import { answers, fakeContext, settings } from '../fake-context.ts';

let folder: string;
let state: string;
beforeEach(() => {
  state = 'state';
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'asm-clients-')));
  file('cli.js', server);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A server with two tools. */
const server = `
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  const result = method === 'tools/list' ? { tools: [{}, {}] } : {};
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
});
`;

function file(path: string, text: string): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

function context() {
  return {
    ...fakeContext({}).context,
    home: folder,
    program: [process.execPath, join(folder, 'cli.js')],
    settings: { ...settings, stateDir: join(folder, state) },
    env: { HOME: folder, PATH: [join(folder, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter) },
  };
}

/** Puts an entry into a host's file as its user would, by what `setup` shows. */
function put(
  name: string,
  change: (start: ServerStart) => ServerStart = (start) => start,
  edit = (text: string) => text,
) {
  const client = knownClients.find((one) => one.name === name);
  if (client === undefined) throw new Error(`${name} is not in the table`);
  const path = client.file.path({ ...context(), platform: process.platform });
  mkdirSync(dirname(path), { recursive: true });
  const start = change(startFor(context(), client.file.waitSeconds));
  writeFileSync(path, edit(fragment(client.file, 'agent_sessions_monitor', start)));
}

function host(program: string, script: string): void {
  chmodSync(file(`bin/${program}`, `#!/bin/sh\n${script}\n`), 0o755);
}

async function said(client: string): Promise<readonly string[]> {
  const [answer] = await answers(doctor, context(), { values: { client } });
  const lines = (answer?.text ?? '').replaceAll(folder, '~').split('\n');
  return lines.map((line) => line.replace(/\d+ ms/, 'N ms'));
}

test('an entry as it is shown: it stands, and what it starts shows its tools', async () => {
  put('cursor');
  expect(await said('cursor')).toEqual([
    'ok   ~/.cursor/mcp.json has the MCP server',
    'ok   the MCP server showed its 2 tools in N ms',
    'ok   Cursor cannot say whether it sees it: look at its list of MCP servers',
  ]);
});

test('a program of windows starts its servers also where its command is not on the PATH', async () => {
  expect((await said('vscode')).at(-1)).toBe('     add it: asm setup --client vscode shows what to put there');
  put('vscode');
  expect(await said('vscode')).toEqual([
    'ok   there is no code on the PATH; VS Code itself does not need it',
    expect.stringMatching(/^ok .* has the MCP server$/),
    'ok   the MCP server showed its 2 tools in N ms',
    'ok   VS Code cannot say whether it sees it: look at its list of MCP servers',
  ]);
});

test('an entry that set-up wrote is written anew by it; another one goes by the command of the host first', async () => {
  host('claude', 'exit 0');
  const moved = (start: ServerStart): ServerStart => ({ ...start, command: '/gone/node' });
  put('claude-code', moved);
  const again = 'asm setup --client claude-code --yes';
  const foreign = `     claude mcp remove --scope user agent_sessions_monitor; then: ${again}`;
  expect((await said('claude-code')).at(-1)).toBe(foreign);
  file('state/clients/claude-code.json', JSON.stringify(moved(startFor(context(), 110))));
  expect((await said('claude-code')).at(-1)).toBe(`     ${again}`);
});

test.each([
  ['the host says that it is connected', 'echo "  Status: ✔ Connected"', 'ok   Claude Code is connected to it'],
  [
    'the host could not start it',
    'echo "  Status: ✘ Failed"',
    'bad  Claude Code is not connected to it: Status: ✘ Failed',
  ],
  ['the host does not start', 'kill -9 $$', 'bad  Claude Code was not asked: claude was ended by SIGKILL'],
])('%s', async (_, script, line) => {
  host('claude', script);
  put('claude-code');
  expect(await said('claude-code')).toContain(line);
});

/** What each host printed with a server that ends at once, beside others with keys. */
const recorded = {
  'claude-code': `agent_sessions_monitor:
  Scope: User config (available in all your projects)
  Status: ✘ Failed to connect
  Issue: CONNECTION_CLOSED: Connection closed
  Type: stdio
  Command: node
  Args: /gone/x.js mcp
  Environment:
    AGENT_SESSIONS_YAML=/a=b/c
    MY_TOKEN=sk-secret-123
    MY_TEXT=two lines
Status: sk-secret-456

To remove this server, run: claude mcp remove agent_sessions_monitor -s user`,
  gemini: `Configured MCP servers:

✗ agent_sessions_monitor: node /gone/x.js mcp --a=sk-secret-123 (stdio) - Disconnected
✗ agent_sessions_monitor-2: x sk-other-998
✗ other: x --api-key sk-other-999 agent_sessions_monitor (stdio) - Disconnected
✗ web: http://127.0.0.1:1/mcp?token=tok-888 (http) - Disconnected`,
  opencode: `\u001b[0m
┌  MCP Servers
│
●  ✗ agent_sessions_monitor \u001b[90mfailed
│      MCP error -32000: Connection closed
│      \u001b[90mnode /gone/x.js mcp
│
●  ✗ other \u001b[90mfailed
│      Executable not found in $PATH: "x"
│      \u001b[90mx --api-key sk-other-999
│
└  2 server(s)`,
};

test.each([
  ['claude-code', 'Claude Code', 'Status: ✘ Failed to connect Issue: CONNECTION_CLOSED: Connection closed'],
  ['gemini', 'Gemini CLI', '✗ agent_sessions_monitor: node /gone/x.js mcp --a=***'],
  ['opencode', 'opencode', '●  ✗ agent_sessions_monitor failed'],
] as const)('of what %s prints only the line on this server is told, without values', async (name, title, line) => {
  const path = file('printed', recorded[name]);
  host(name === 'claude-code' ? 'claude' : name, `cat '${path}'`);
  put(name);
  const lines = await said(name);
  expect(lines).toContain(`bad  ${title} is not connected to it: ${line}`);
  expect(lines.join('\n')).not.toMatch(/sk-|tok-/);
});

test('a host that does not name this server at all', async () => {
  host('gemini', 'echo "✗ web: http://127.0.0.1:1/mcp?token=tok-888 (http) - Disconnected"');
  put('gemini');
  expect(await said('gemini')).toContain(
    'bad  Gemini CLI is not connected to it: it says nothing of agent_sessions_monitor',
  );
});

test('a host that is not there, and has no entry', async () => {
  expect(await said('codex')).toEqual([
    'bad  there is no codex on the PATH',
    '     install Codex CLI, or mend the PATH',
    'bad  ~/.codex/config.toml: no MCP server agent_sessions_monitor',
    '     add it: asm setup --client codex --yes',
  ]);
});

const wrongs: readonly (readonly [string, string, Parameters<typeof put>[1], Parameters<typeof put>[2], string])[] = [
  [
    'node has moved',
    'zed',
    (start) => ({ ...start, command: '/gone/node' }),
    undefined,
    'starts /gone/node, which is not there',
  ],
  [
    'the package is gone',
    'goose',
    (start) => ({ ...start, args: ['/gone/cli.js', 'mcp'] }),
    undefined,
    'starts /gone/cli.js, which is not there',
  ],
  [
    'it starts something else',
    'cursor',
    (start) => ({ ...start, args: [...start.args, 'x'] }),
    undefined,
    'is not as setup would write it: it starts another program',
  ],
  [
    'another registry',
    'cursor',
    (start) => ({ ...start, env: { ...start.env, AGENT_SESSIONS_YAML: '/x' } }),
    undefined,
    'is not as setup would write it: AGENT_SESSIONS_YAML',
  ],
  [
    'a wait that the host cuts off',
    'zed',
    undefined,
    (text) => text.replace('600', '60'),
    'a wait of 540 s needs timeout: 600 beside it',
  ],
  ['it is turned off', 'goose', undefined, (text) => text.replace('enabled: true', 'enabled: false'), 'is turned off'],
  ['a file that does not parse', 'antigravity', undefined, (text) => text.slice(1), 'it is no JSON'],
  [
    'an entry that starts nothing',
    'cursor',
    undefined,
    (text) => text.replace('"command"', '"url"'),
    'is an entry that starts no program',
  ],
];

test.each(wrongs)('what is wrong is named: %s', async (_, name, change, edit, wrong) => {
  put(name, change, edit);
  const [line = '', cure = ''] = await said(name);
  expect(line).toMatch(/^bad {2}~\//);
  expect(line.endsWith(wrong), line).toBe(true);
  const isOff = wrong === 'is turned off';
  expect(cure.trim()).toContain(isOff ? 'set enabled to true in extensions.' : `asm setup --client ${name}`);
});

test('an entry that is turned off, which set-up would leave as it is', async () => {
  put('codex', undefined, (text) => text.replace('tool_timeout_sec', 'enabled = false\ntool_timeout_sec'));
  const lines = await said('codex');
  expect(lines.slice(2)).toEqual([
    'bad  ~/.codex/config.toml: agent_sessions_monitor is turned off',
    '     set enabled to true in mcp_servers.agent_sessions_monitor in ~/.codex/config.toml',
  ]);
});

test('a path in which the host would read a variable is named', async () => {
  state = 'of $USER';
  put('copilot');
  host('copilot', 'exit 0');
  expect(await said('copilot')).toContain(
    'bad  ~/.copilot/mcp-config.json: Copilot CLI would put the value of a variable in place of $USER in ~/of $USER',
  );
});

test('a server that does not answer is said', async () => {
  file('cli.js', 'process.exit(1)');
  put('cursor');
  expect(await said('cursor')).toContain('bad  the MCP server does not answer');
});

test.each(['profile', 'hermes-home'])('--client has no use for --%s', async (flag) => {
  await expect(answers(doctor, context(), { values: { client: 'cursor', [flag]: 'x' } })).rejects.toMatchObject({
    code: 2,
    message: `\`--${flag}\` has no meaning with \`--client\``,
  });
});
