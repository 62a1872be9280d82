import { cpSync, linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AgentWorld } from './agent-lab/agent-world.ts';
import { installed } from './agent-lab/installed.ts';
import { startModel, type ScriptedModel } from './agent-lab/model/model.ts';
import { program } from './private-world.ts';

const limit = { timeout: 300_000 };
const server = 'agent_sessions_monitor';

/** A host, what the doctor says of it, and how its model is asked. Its settings come from outside: its HOME is empty. */
interface Host {
  readonly name: Parameters<typeof installed>[0];
  readonly sees: string;
  readonly tool: (name: string) => string;
  readonly ask: (prompt: string, tool: string) => readonly [program: string, ...words: string[]];
}

const hosts: readonly Host[] = [
  {
    name: 'claude-code',
    sees: 'ok   Claude Code is connected to it',
    tool: (name) => `mcp__${server}__${name}`,
    ask: (prompt, tool) => ['claude', '-p', prompt, '--allowedTools', tool],
  },
  {
    name: 'codex',
    sees: 'ok   Codex CLI sees its 7 tools',
    tool: (name) => `mcp__${server}__${name}`,
    ask: (prompt) => ['codex', 'exec', '--skip-git-repo-check', ...codexProvider(), prompt],
  },
  {
    name: 'gemini',
    sees: 'ok   Gemini CLI is connected to it',
    tool: (name) => `mcp_${server}_${name}`,
    ask: (prompt) => ['gemini', '-m', 'gemini-2.5-flash', '--approval-mode', 'yolo', '-p', prompt],
  },
  {
    name: 'opencode',
    sees: 'ok   opencode is connected to it',
    tool: (name) => `${server}_${name}`,
    ask: (prompt) => ['opencode', 'run', prompt],
  },
  {
    name: 'copilot',
    sees: 'ok   the MCP server showed its 7 tools',
    tool: (name) => `${server}-${name}`,
    ask: (prompt) => ['copilot', '--allow-all-tools', '-p', prompt],
  },
];

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

/** What makes each host speak with the scripted model and with nothing else. */
function environmentOf(url: string): Record<string, string> {
  const options = { baseURL: `${url}/v1`, apiKey: 'dummy' };
  const provider = { npm: '@ai-sdk/openai-compatible', name: 'scripted', options, models: { scripted: {} } };
  const opencode = { provider: { scripted: provider }, model: 'scripted/scripted', small_model: 'scripted/scripted' };
  return {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'dummy',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    SCRIPTED_KEY: 'dummy',
    GEMINI_API_KEY: 'dummy',
    GOOGLE_GEMINI_BASE_URL: url,
    GEMINI_CLI_TRUST_WORKSPACE: 'true',
    OPENCODE_CONFIG_CONTENT: JSON.stringify(opencode),
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    COPILOT_AUTO_UPDATE: 'false',
    COPILOT_OFFLINE: 'true',
    COPILOT_MODEL: 'scripted',
    COPILOT_PROVIDER_API_KEY: 'dummy',
    COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
  };
}

function codexProvider(): readonly string[] {
  const settings = {
    model: '"scripted"',
    model_provider: '"scripted"',
    'model_providers.scripted.name': '"scripted"',
    'model_providers.scripted.base_url': `"${model.url}/v1"`,
    'model_providers.scripted.wire_api': '"responses"',
    'model_providers.scripted.env_key': '"SCRIPTED_KEY"',
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

async function asm(...words: readonly string[]) {
  const ran = world.startOther(node, [cli, ...words]);
  const code = await ran.exited;
  return { code, text: `${ran.stdout()}${ran.stderr()}` };
}

const says = (code: number, text: string) => ({ code, text: expect.stringContaining(text) });

async function pasted(line: string): Promise<void> {
  const shell = world.startOther('sh', ['-c', line]);
  expect(await shell.exited, `${line}\n${shell.stdout()}${shell.stderr()}`).toBe(0);
}

/** Lets a host's model call a tool. @returns what the host then told the model. */
async function called({ tool, ask }: Host, name: string): Promise<void> {
  const [file, ...words] = ask(`[call ${tool(name)}]`, tool(name));
  const ran = world.startOther(file, words, { cwd: world.work });
  const code = await ran.exited;
  const said = `${ran.stdout()}${ran.stderr()}`;
  expect(said).toContain('done.');
  expect(code, said).toBe(0);
}

describe.each(hosts)('$name', (host) => {
  const client = ['--client', host.name];

  test('its command pasted as it is shown, its tools seen, one called by its model, and out again', limit, async () => {
    openWorld(host.name);
    expect(await asm('doctor', ...client)).toMatchObject(says(1, 'no MCP server'));

    const [line = ''] = (await asm('setup', ...client)).text.split('\n');
    await pasted(line);
    expect(await asm('doctor', ...client)).toMatchObject(says(0, host.sees));
    expect(await asm('setup', ...client, '--yes')).toMatchObject(says(0, 'nothing to change'));

    await world.openSession('shop-creator-claude');
    writeFileSync(
      world.env['AGENT_SESSIONS_YAML'] ?? '',
      'sessions:\n  shop-creator-claude: { agent: claude, status: running }\n',
    );
    await called(host, 'status');
    expect(model.heard('shop-creator-claude · claude · ')).toBe(true);

    expect(await asm('setup', ...client, '--uninstall')).toMatchObject(says(0, 'is taken out'));
    expect((await asm('doctor', ...client)).code).toBe(1);
    expect(await asm('setup', ...client, '--uninstall')).toMatchObject(says(0, 'nothing to change'));
  });

  test('by `--yes`: the same entry, and others in its file stay', limit, async () => {
    openWorld(host.name);
    const { file } = JSON.parse((await asm('setup', ...client, '--json')).text);
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
  });
});
