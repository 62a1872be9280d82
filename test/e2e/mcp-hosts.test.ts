import { cpSync, linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AgentWorld } from './agent-lab/agent-world.ts';
import { installed } from './agent-lab/installed.ts';
import { environmentOf, hosts, server, type Host } from './agent-lab/mcp-hosts.ts';
import { startModel, type ScriptedModel } from './agent-lab/model/model.ts';
import { knownClients } from '../../src/operations/clients/known-clients.ts';
import { program, until } from './private-world.ts';
import { isSoak, soakTest } from './soak.ts';

const limit = { timeout: 300_000 };

let model: ScriptedModel;
let world: AgentWorld;
let node: string;
let cli: string;
beforeEach(async () => void (model = await startModel()));
afterEach(async () => {
  await world.close();
  await model.close();
});

/**
 * An empty home, and the host as npm installs it, without a login and without a network. The names of the program, of
 * the registry and of the state must be quoted by shells and in files.
 */
function openWorld(host: Host['name']): void {
  world = new AgentWorld(installed(host, 'pinned'), model);
  const odd = world.folder(`it's a "läb" \\ $(x) & más`);
  node = join(odd, 'node');
  linkSync(process.execPath, node);
  cpSync(dirname(program), join(odd, 'dist'), { recursive: true, filter: (path) => !path.endsWith('/types') });
  cli = join(odd, 'dist/cli.js');
  world.env = {
    ...world.env,
    ...environmentOf(model.url),
    AGENT_SESSIONS_YAML: join(odd, 'agent sessions.yaml'),
    AGENT_SESSIONS_MONITOR_STATE_DIR: join(odd, 'state'),
    TMPDIR: world.folder('tmp'),
  };
  // Gemini CLI takes the way of its login from a file alone: here from the folder's, not from the home's.
  const gemini = { security: { auth: { selectedType: 'gemini-api-key' } } };
  world.file('home/work/.gemini/settings.json', JSON.stringify(gemini));
  world.file('home/.npmrc', `registry=${model.url}\nfetch-retries=0\n`);
}

async function asm(...words: readonly string[]) {
  const ran = world.startOther(node, [cli, ...words]);
  const code = await ran.exited;
  return { code, text: `${ran.stdout()}${ran.stderr()}` };
}

async function open(session: string): Promise<void> {
  await world.openSession(session);
  const entry = `  ${session}: { agent: claude, status: running }`;
  writeFileSync(world.env['AGENT_SESSIONS_YAML'] ?? '', `sessions:\n${entry}\n`);
}

const says = (code: number, text: string) => ({ code, text: expect.stringContaining(text) });

async function pasted(line: string): Promise<void> {
  const shell = world.startOther('sh', ['-c', line]);
  expect(await shell.exited, `${line}\n${shell.stdout()}${shell.stderr()}`).toBe(0);
}

/** Lets a host's model call a tool, and waits for the end of its turn. */
async function called({ tool, ask }: Host, name: string): Promise<void> {
  const [file, ...words] = ask(`[call ${tool(name)}]`, { tool: tool(name), url: model.url });
  await until(`the tool ${name} to be offered`, async () => {
    const ran = world.startOther(file, words, { cwd: world.work });
    const code = await ran.exited;
    const said = `${ran.stdout()}${ran.stderr()}`;
    expect(said).toContain('done.');
    expect(code, said).toBe(0);
    // On a busy machine Codex begins its turn before its servers have answered.
    return !model.heard('unsupported call: ');
  });
}

describe.each(hosts)('$name', (host) => {
  const client = ['--client', host.name];

  test('its command pasted as it is shown, its tools seen, one called by its model, and out again', limit, async () => {
    openWorld(host.name);
    const { tested } = knownClients.find(({ name }) => name === host.name) ?? {};
    expect(tested).toContainEqual({ kind: 'program', version: installed(host.name, 'pinned').version });
    expect(await asm('doctor', ...client)).toMatchObject(says(1, 'no MCP server'));

    const [line = ''] = (await asm('setup', ...client)).text.split('\n');
    await pasted(line);
    expect(await asm('doctor', ...client)).toMatchObject(says(0, host.sees));
    expect(await asm('setup', ...client, '--yes')).toMatchObject(says(0, 'nothing to change'));

    await open('shop-creator-claude');
    await called(host, 'status');
    expect(model.heard('shop-creator-claude · claude · ')).toBe(true);

    expect(await asm('setup', ...client, '--uninstall')).toMatchObject(says(0, 'is taken out'));
    expect((await asm('doctor', ...client)).code).toBe(1);
    expect(await asm('setup', ...client, '--uninstall')).toMatchObject(says(0, 'nothing to change'));
  });

  const isQuick = host.name === 'claude-code' || host.name === 'codex';
  (isQuick ? test : soakTest)(
    'by `--yes`: the same entry in a file at another place, where others in it stay',
    async () => {
      openWorld(host.name);
      const moved = ['CLAUDE_CONFIG_DIR', 'CODEX_HOME', 'GEMINI_CLI_HOME', 'COPILOT_HOME', 'XDG_CONFIG_HOME'];
      for (const name of moved) world.env[name] = world.folder(`moved/${name}`);
      const { file } = JSON.parse((await asm('setup', ...client, '--json')).text);
      expect(file.path.startsWith(join(world.root, 'moved'))).toBe(true);
      mkdirSync(dirname(file.path), { recursive: true });
      writeFileSync(file.path, `${file.text.replaceAll(server, 'another')}\n`);

      expect(await asm('setup', ...client, '--yes')).toMatchObject(says(0, 'is there'));
      expect(readFileSync(file.path, 'utf8')).toContain('another');
      expect((await asm('setup', ...client, '--uninstall')).code).toBe(0);
      const left = readFileSync(file.path, 'utf8');
      expect([left.includes('another'), left.includes(`${server}"`), left.includes(`.${server}]`)]).toEqual([
        true,
        false,
        false,
      ]);
    },
    limit.timeout,
  );
});

describe.each(hosts.filter(({ name }) => name === 'codex' || name === 'opencode'))('$name, by its file', (host) => {
  test('what is shown for the file stands there, with the longer wait, and is seen', limit, async () => {
    openWorld(host.name);
    const path = await byFile(host.name);
    expect(readFileSync(path, 'utf8')).toContain('540');
    expect(await asm('doctor', '--client', host.name)).toMatchObject(says(0, host.sees));
  });
});

const notRun = knownClients.filter(({ tested }) => tested.every(({ kind }) => kind !== 'program'));

test.each(notRun)(
  '$name, which cannot be run here: what is shown for its file stands there, and what it starts shows its tools',
  async ({ name }) => {
    openWorld('codex');
    await byFile(name);
    const { text } = await asm('doctor', '--client', name);
    expect(text).toMatch(/^ok {3}\/.* has the MCP server$/m);
    expect(text).toContain('ok   the MCP server showed its 7 tools');
  },
);

/** Writes what is shown for a host's file into it. @returns its path */
async function byFile(name: string, edit = (text: string) => text): Promise<string> {
  const { file } = JSON.parse((await asm('setup', '--client', name, '--json')).text);
  mkdirSync(dirname(file.path), { recursive: true });
  writeFileSync(file.path, edit(file.text));
  return file.path;
}

/** The whole answer of a call; the description of the tool names the words too. */
const noDrift = ':"no drift"';
/** `npm run soak` waits as long as the entries say; else a short wait stands for them. */
const shorter = (text: string): string => (isSoak ? text : text.replace(/(WAIT_SECONDS\W+)\d+/, '$13'));

test.each(hosts.filter(({ name }) => name === 'codex' || name === 'claude-code'))(
  '$name: its model waits for a drift as long as the entry says, and gets the answer within its turn',
  { timeout: 900_000 },
  async (host) => {
    openWorld(host.name);
    const [line = ''] = (await asm('setup', '--client', host.name)).text.split('\n');
    await pasted(shorter(line));
    await called(host, 'wait_for_drift');
    expect(model.heard(noDrift)).toBe(true);
  },
);

test('Codex ends a call after the limit of its file, which the entry raises above the wait', limit, async () => {
  openWorld('codex');
  const host = hosts.find(({ name }) => name === 'codex');
  if (host === undefined) throw new Error('codex is no host');
  const low = (text: string): string => shorter(text).replace('tool_timeout_sec = 600', 'tool_timeout_sec = 1');
  await byFile('codex', low);
  await called(host, 'wait_for_drift');
  expect(model.heard('timed out awaiting tools/call after 1000ms')).toBe(true);
  await byFile('codex', shorter);
  await called(host, 'wait_for_drift');
  expect(model.heard(noDrift)).toBe(true);
});

test("Codex's app server runs a tool of the server", limit, async () => {
  openWorld('codex');
  await asm('setup', '--client', 'codex', '--yes');
  await open('shop-creator-claude');
  const codex = spawn(join(installed('codex', 'pinned').bin, 'codex'), ['app-server'], {
    cwd: world.home,
    env: world.env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const answers = new Map<number, (result: ReturnType<typeof JSON.parse>) => void>();
  createInterface({ input: codex.stdout }).on('line', (line) => {
    const { id, result } = JSON.parse(line);
    answers.get(id)?.(result);
  });
  const ask = (id: number, method: string, params: object): Promise<ReturnType<typeof JSON.parse>> => {
    codex.stdin.write(`${JSON.stringify({ id, method, params })}\n`);
    return new Promise((resolve) => answers.set(id, resolve));
  };
  try {
    const clientInfo = { name: 'test', title: 'test', version: '1' };
    await ask(1, 'initialize', { clientInfo, capabilities: { experimentalApi: true } });
    codex.stdin.write(`${JSON.stringify({ method: 'initialized' })}\n`);
    const { thread } = await ask(2, 'thread/start', { cwd: world.work, ephemeral: true });
    const call = { threadId: thread.id, server, tool: 'status', arguments: {} };
    const { content } = await ask(3, 'mcpServer/tool/call', call);
    expect(content).toEqual([{ type: 'text', text: expect.stringContaining('shop-creator-claude · claude · ') }]);
  } finally {
    codex.kill('SIGKILL');
  }
});
