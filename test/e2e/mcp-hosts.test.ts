import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AgentWorld } from './agent-lab/agent-world.ts';
import { installed } from './agent-lab/installed.ts';
import { startModel, type ScriptedModel } from './agent-lab/model/model.ts';
import { ClaudeWorld } from './claude-lab/claude-world.ts';
import { claudeOf } from './claude-lab/versions.ts';

const limit = { timeout: 300_000 };
const server = 'agent_sessions_monitor';

let model: ScriptedModel;
let world: AgentWorld;
beforeEach(async () => void (model = await startModel()));
afterEach(async () => {
  await world.close();
  await model.close();
});

/** An empty home, and the host as npm installs it, without a login and without a network. */
function openWorld(...host: Parameters<typeof installed>): AgentWorld {
  world = new AgentWorld(installed(...host), model);
  world.env = {
    ...world.env,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    COPILOT_AUTO_UPDATE: 'false',
    TMPDIR: world.folder('tmp'),
  };
  world.file('home/.npmrc', `registry=${model.url}\nfetch-retries=0\n`);
  return world;
}

async function asm(...words: readonly string[]) {
  const { code, stdout, stderr } = await world.run(words, { timeoutMs: 120_000 });
  return { code, text: `${stdout}${stderr}` };
}

async function pasted(line: string): Promise<void> {
  const shell = world.startOther('sh', ['-c', line]);
  expect(await shell.exited, `${line}\n${shell.stdout()}${shell.stderr()}`).toBe(0);
}

const hosts = [
  { name: 'claude-code', sees: 'ok   Claude Code is connected to it' },
  { name: 'codex', sees: 'ok   Codex CLI sees its 7 tools' },
  { name: 'gemini', sees: 'ok   Gemini CLI is connected to it' },
  { name: 'opencode', sees: 'ok   opencode is connected to it' },
  { name: 'copilot', sees: 'ok   the MCP server showed its 7 tools' },
] as const;

describe.each(hosts)('$name', ({ name, sees }) => {
  test('its command as it is shown, what it sees then, and out again', limit, async () => {
    openWorld(name, 'pinned');
    const client = ['--client', name];
    expect(await asm('doctor', ...client)).toMatchObject({ code: 1, text: expect.stringContaining('no MCP server') });

    const [line = ''] = (await asm('setup', ...client)).text.split('\n');
    await pasted(line);
    expect(await asm('doctor', ...client)).toMatchObject({ code: 0, text: expect.stringContaining(sees) });
    expect((await asm('setup', ...client, '--yes')).text).toContain('nothing to change');

    expect(await asm('setup', ...client, '--uninstall')).toMatchObject({
      code: 0,
      text: expect.stringContaining('is taken out'),
    });
    expect((await asm('doctor', ...client)).code).toBe(1);
    expect((await asm('setup', ...client, '--uninstall')).text).toContain('nothing to change');
  });

  test('by `--yes`: the same entry, and others in its file stay', limit, async () => {
    openWorld(name, 'pinned');
    const { file } = JSON.parse((await asm('setup', '--client', name, '--json')).text);
    const other = file.text.replaceAll(server, 'another');
    mkdirSync(dirname(file.path), { recursive: true });
    writeFileSync(file.path, `${other}\n`);

    expect(await asm('setup', '--client', name, '--yes')).toMatchObject({
      code: 0,
      text: expect.stringContaining('is there'),
    });
    expect(await asm('doctor', '--client', name)).toMatchObject({ code: 0, text: expect.stringContaining(sees) });
    expect(readFileSync(file.path, 'utf8')).toContain('another');
    expect((await asm('setup', '--client', name, '--uninstall')).code).toBe(0);
    const left = readFileSync(file.path, 'utf8');
    expect([left.includes('another'), left.includes(`${server}"`), left.includes(`.${server}]`)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe.each([
  { name: 'codex', sees: 'ok   Codex CLI sees its 7 tools' },
  { name: 'opencode', sees: 'ok   opencode is connected to it' },
] as const)('$name, by its file', ({ name, sees }) => {
  test('what is shown for the file stands there, with the longer wait, and is seen', limit, async () => {
    openWorld(name, 'pinned');
    const { file } = JSON.parse((await asm('setup', '--client', name, '--json')).text);
    mkdirSync(dirname(file.path), { recursive: true });
    writeFileSync(file.path, file.text);
    expect(file.text).toContain('540');
    expect(await asm('doctor', '--client', name)).toMatchObject({ code: 0, text: expect.stringContaining(sees) });
  });
});

test('Codex runs a tool of the server', limit, async () => {
  openWorld('codex', 'pinned');
  await asm('setup', '--client', 'codex', '--yes');
  await world.openSession('shop-creator-claude');
  world.writeRegistry('sessions:\n  shop-creator-claude: { agent: claude, status: running }\n', 30);
  const program = join(installed('codex', 'pinned').bin, 'codex');
  const codex = spawn(program, ['app-server'], { cwd: world.home, env: world.env, stdio: ['pipe', 'pipe', 'ignore'] });
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
    const { content } = await ask(3, 'mcpServer/tool/call', {
      threadId: thread.id,
      server,
      tool: 'status',
      arguments: {},
    });
    expect(content).toEqual([{ type: 'text', text: expect.stringContaining('shop-creator-claude · claude · ') }]);
  } finally {
    codex.kill('SIGKILL');
  }
});

test('a newcomer with Claude Code alone: set up, and the model calls `status`', limit, async () => {
  const claude = new ClaudeWorld(claudeOf('pinned'), model);
  world = claude;
  await world.openSession('shop-creator-claude');
  world.writeRegistry('sessions:\n  shop-creator-claude: { agent: claude, status: running }\n', 30);
  expect((await asm('setup', '--client', 'claude-code', '--yes')).code).toBe(0);
  const tool = `mcp__${server}__status`;
  const ran = world.startOther('claude', ['-p', `[call ${tool}]`, '--allowedTools', tool], { cwd: world.work });
  expect(await ran.exited, ran.stderr()).toBe(0);
  expect(ran.stdout().trim()).toBe('done.');
  expect(claude.conversationsWith('shop-creator-claude · claude · ')).toHaveLength(1);
});

test.each([
  { name: 'opencode', words: ['run'], tool: `${server}_status`, env: {} },
  {
    name: 'copilot',
    words: ['--allow-all-tools', '-p'],
    tool: `${server}-status`,
    env: { COPILOT_OFFLINE: 'true', COPILOT_MODEL: 'scripted', COPILOT_PROVIDER_API_KEY: 'dummy' },
  },
] as const)('$name: its model calls `status`', limit, async ({ name, words, tool, env }) => {
  openWorld(name, 'pinned');
  const options = { baseURL: `${model.url}/v1`, apiKey: 'dummy' };
  const provider = { npm: '@ai-sdk/openai-compatible', name: 'scripted', options, models: { scripted: {} } };
  const config = { provider: { scripted: provider }, model: 'scripted/scripted', small_model: 'scripted/scripted' };
  world.file('home/.config/opencode/opencode.json', JSON.stringify(config));
  await world.openSession('shop-creator-claude');
  world.writeRegistry('sessions:\n  shop-creator-claude: { agent: claude, status: running }\n', 30);
  expect((await asm('setup', '--client', name, '--yes')).code).toBe(0);
  const ran = world.startOther(name, [...words, `[call ${tool}]`], {
    cwd: world.work,
    env: { ...env, COPILOT_PROVIDER_BASE_URL: `${model.url}/v1` },
  });
  const code = await ran.exited;
  expect(`${ran.stdout()}${ran.stderr()}`).toContain('done.');
  expect(code).toBe(0);
  expect(model.heard('shop-creator-claude · claude · ')).toBe(true);
});
