import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientNames } from '../../../src/operations/clients/known-clients.ts';
import { hostAnswer } from '../../../src/hermes/setup/answers.ts';
import type { Context } from '../../../src/operations/context.ts';
import { setup } from '../../../src/operations/setup.ts';
import { answers, fakeContext, settings } from '../fake-context.ts';

const server = 'agent_sessions_monitor';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'asm-clients-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A host's program: it notes its words, says what the test wants, and writes its file. */
const pretendHost = `#!/usr/bin/env node
const { appendFileSync, existsSync, readFileSync, writeFileSync, mkdirSync, rmSync } = require('node:fs');
const home = process.env.HOME;
const words = process.argv.slice(2);
appendFileSync(home + '/calls', JSON.stringify(words) + '\\n');
if (process.env.REFUSES && JSON.stringify(words).includes(process.env.REFUSES_WORD ?? '')) { console.error('\\u001b[31mno: ' + process.env.REFUSES); process.exit(Number(process.env.CODE ?? 1)); }
if (process.env.BREAKS) { rmSync(process.env.BREAKS, { recursive: true, force: true }); writeFileSync(process.env.BREAKS, ''); }
const [path, key] = process.env.WRITES.split(' ');
const all = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
const at = words.indexOf('agent_sessions_monitor');
all[key] ??= {};
if (words[1] === 'remove') delete all[key].agent_sessions_monitor;
else {
  const env = Object.fromEntries(words.flatMap((w, i) => w === '--env' ? [words[i + 1].split(/=(.*)/s).slice(0, 2)] : []));
  if (process.env.CUTS && JSON.stringify(words).includes(process.env.CUTS)) env.AGENT_SESSIONS_YAML = 'cut';
  const command = words.slice(words.indexOf('--') + 1);
  all[key].agent_sessions_monitor = key === 'mcp'
    ? { type: 'local', command, environment: env }
    : { type: 'stdio', command: command[0], args: command.slice(1), env };
}
mkdirSync(require('node:path').dirname(path), { recursive: true });
writeFileSync(path, JSON.stringify(all, null, 2));
console.log('\\u001b[32mdone\\u001b[0m, with \\u0007 a bell');
`;

function file(path: string, text: string): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

function host(program: string): void {
  chmodSync(file(`bin/${program}`, pretendHost), 0o755);
}

const calls = (): readonly string[][] =>
  existsSync(join(folder, 'calls'))
    ? readFileSync(join(folder, 'calls'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];

async function asked(
  values: Record<string, string | boolean>,
  { env = {}, ...change }: Partial<Omit<Context, 'env'>> & { readonly env?: Record<string, string> } = {},
) {
  const context = {
    ...fakeContext({}).context,
    home: folder,
    program: ['/opt/node 20/bin/node', '/opt/it/dist/cli.js'],
    settings: { ...settings, stateDir: join(folder, 'state') },
    ...change,
    env: { HOME: folder, PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`, ...env },
  };
  const [answer] = await answers(setup, context, { values });
  return { text: (answer?.text ?? '').replaceAll(folder, '~'), json: answer?.json };
}

describe('it is shown', () => {
  test.each(clientNames)(
    '%s: with literal paths, the registry, the state and a wait that fits; nothing is written',
    async (client) => {
      const { text } = await asked({ client });
      for (const word of ['/opt/node 20/bin/node', '/opt/it/dist/cli.js', '/home/me/registry.yaml', '~/state']) {
        expect(text).toContain(word);
      }
      expect(text).toMatch(/AGENT_SESSIONS_WAIT_SECONDS"?[=:] ?"?\d+/);
      expect(existsSync(join(folder, 'state'))).toBe(false);
    },
  );

  test('a command that can be pasted as it stands', async () => {
    const { text, json } = await asked({ client: 'claude-code' });
    expect(text).toBe(
      "claude mcp add --scope user --env AGENT_SESSIONS_YAML=/home/me/registry.yaml --env AGENT_SESSIONS_MONITOR_STATE_DIR=~/state --env AGENT_SESSIONS_WAIT_SECONDS=110 --transport stdio agent_sessions_monitor -- '/opt/node 20/bin/node' /opt/it/dist/cli.js mcp\n\nnothing was done; --yes runs this",
    );
    expect(json).toMatchObject({ client: 'claude-code', file: { path: join(folder, '.claude.json'), format: 'json' } });
  });

  test('and the file too, where a longer wait can stand there', async () => {
    expect((await asked({ client: 'codex' })).text).toMatchInlineSnapshot(`
      "codex mcp add agent_sessions_monitor --env AGENT_SESSIONS_YAML=/home/me/registry.yaml --env AGENT_SESSIONS_MONITOR_STATE_DIR=~/state --env AGENT_SESSIONS_WAIT_SECONDS=50 -- '/opt/node 20/bin/node' /opt/it/dist/cli.js mcp

      or put this into ~/.codex/config.toml: then one call may wait 540 s, in place of 50 s

      [mcp_servers.agent_sessions_monitor]
      tool_timeout_sec = 600
      command = "/opt/node 20/bin/node"
      args = [ "/opt/it/dist/cli.js", "mcp" ]

      [mcp_servers.agent_sessions_monitor.env]
      AGENT_SESSIONS_YAML = "/home/me/registry.yaml"
      AGENT_SESSIONS_MONITOR_STATE_DIR = "~/state"
      AGENT_SESSIONS_WAIT_SECONDS = "540"

      nothing was done; --yes runs the command"
    `);
  });

  test('a file, where the host has no command', async () => {
    expect((await asked({ client: 'goose', yes: true })).text).toMatchInlineSnapshot(`
      "Goose has no command for that; nothing was written: put this into ~/.config/goose/config.yaml by hand, beside what stands there:

      extensions:
        agent_sessions_monitor:
          type: stdio
          name: agent_sessions_monitor
          description: ""
          enabled: true
          timeout: 300
          cmd: /opt/node 20/bin/node
          args:
            - /opt/it/dist/cli.js
            - mcp
          envs:
            AGENT_SESSIONS_YAML: /home/me/registry.yaml
            AGENT_SESSIONS_MONITOR_STATE_DIR: ~/state
            AGENT_SESSIONS_WAIT_SECONDS: "280""
    `);
  });
});

describe('a host without a command for it: nothing is written, and that is said', () => {
  const path = '.cursor/mcp.json';
  const stands = (command: string): string => file(path, JSON.stringify({ mcpServers: { [server]: { command } } }));

  test('the entry has to be put there by hand', async () => {
    expect((await asked({ client: 'cursor' })).text.split('\n').at(-1)).toBe(
      'nothing was written: Cursor has no command for that',
    );
    const [first] = (await asked({ client: 'cursor', yes: true })).text.split('\n');
    expect(first).toBe(
      `Cursor has no command for that; nothing was written: put this into ~/${path} by hand, beside what stands there:`,
    );
    expect(existsSync(join(folder, path))).toBe(false);
  });

  test('and in place of another one of that name', async () => {
    stands('mine');
    const [first] = (await asked({ client: 'cursor', yes: true })).text.split('\n');
    expect(first).toContain(`by hand, in place of ${server} there:`);
    expect(readFileSync(join(folder, path), 'utf8')).toContain('mine');
  });

  test('where it stands already there is nothing to change', async () => {
    const { json } = await asked({ client: 'cursor' });
    file(path, hostAnswer.parse(json).file.text);
    expect(await asked({ client: 'cursor', yes: true })).toMatchObject({
      text: `~/${path}: nothing to change`,
      json: { change: 'unchanged' },
    });
  });

  test('it has to be taken out by hand, and only where it stands', async () => {
    expect(await asked({ client: 'cursor', uninstall: true })).toMatchObject({
      text: `~/${path}: nothing to change`,
      json: { change: 'unchanged' },
    });
    stands('mine');
    expect((await asked({ client: 'cursor', uninstall: true })).text).toBe(
      `Cursor has no command for that; nothing was written: take ${server} out of mcpServers in ~/${path} by hand`,
    );
    expect(readFileSync(join(folder, path), 'utf8')).toContain('mine');
  });

  test('a host that is not in the table', async () => {
    const { text } = await asked({ client: 'mcp-json' });
    expect((await asked({ client: 'mcp-json', yes: true })).text).toBe(
      `this host is not known, nothing was written: put this into its file by hand\n\n${text}`,
    );
    expect((await asked({ client: 'mcp-json', uninstall: true })).text).toBe(
      `this host is not known: take ${server} out of its file by hand`,
    );
  });
});

describe('it is done by the host', () => {
  const claude = (): Record<string, string> => ({ WRITES: `${join(folder, '.claude.json')} mcpServers` });

  test('what is shown is run, word by word, and what came back is said without its control characters', async () => {
    host('claude');
    const shown = await asked({ client: 'claude-code' });
    const { text, json } = await asked({ client: 'claude-code', yes: true }, { env: claude() });
    const [line = ''] = shown.text.split('\n');
    expect(text).toBe(`${line}\ndone, with \\x07 a bell\n~/.claude.json: agent_sessions_monitor is there`);
    expect(json).toMatchObject({ change: 'changed', said: expect.stringContaining('done') });
    expect(calls()).toEqual([expect.arrayContaining(['/opt/node 20/bin/node', 'AGENT_SESSIONS_WAIT_SECONDS=110'])]);
    expect((await asked({ client: 'claude-code', yes: true }, { env: claude() })).text).toBe(
      '~/.claude.json: nothing to change',
    );
    expect(calls()).toHaveLength(1);
  });

  test('and taken out by it again, also after node and the package have moved', async () => {
    host('claude');
    file('.claude.json', '{"mcpServers": {"other": {"command": "x"}}}');
    await asked({ client: 'claude-code', yes: true }, { env: claude() });
    const moved = { env: claude(), program: ['/opt/node 22/bin/node', '/opt/it/dist/cli.js'] };
    const { text } = await asked({ client: 'claude-code', uninstall: true }, moved);
    expect(text).toBe(
      'claude mcp remove --scope user agent_sessions_monitor\ndone, with \\x07 a bell\n~/.claude.json: agent_sessions_monitor is taken out',
    );
    expect(JSON.parse(readFileSync(join(folder, '.claude.json'), 'utf8'))).toEqual({
      mcpServers: { other: { command: 'x' } },
    });
    expect((await asked({ client: 'claude-code', uninstall: true }, moved)).text).toBe(
      '~/.claude.json: nothing to change',
    );
    expect(existsSync(join(folder, 'state/clients/claude-code.json'))).toBe(false);
  });

  test('an entry of before is replaced', async () => {
    host('claude');
    await asked({ client: 'claude-code', yes: true }, { env: claude() });
    const moved = { env: claude(), program: ['/opt/node 22/bin/node', '/opt/it/dist/cli.js'] };
    expect((await asked({ client: 'claude-code', yes: true }, moved)).json).toMatchObject({ change: 'changed' });
    expect(calls().map(([, verb]) => verb)).toEqual(['add', 'remove', 'add']);
    expect(readFileSync(join(folder, '.claude.json'), 'utf8')).toContain('/opt/node 22/');
  });

  /** Claude's entry of ours, and node has moved since: an update is due. */
  async function due(change: (entry: Record<string, unknown>) => object = (entry) => entry) {
    host('claude');
    await asked({ client: 'claude-code', yes: true }, { env: claude() });
    const path = join(folder, '.claude.json');
    const stands = JSON.parse(readFileSync(path, 'utf8')).mcpServers[server];
    const text = JSON.stringify({ mcpServers: { [server]: change(stands) } }, null, 2);
    writeFileSync(path, text);
    const program = ['/opt/node 22/bin/node', '/opt/it/dist/cli.js'];
    const update = (env: Record<string, string> = {}) =>
      asked({ client: 'claude-code', yes: true }, { program, env: { ...claude(), ...env } });
    return { text, update, now: () => readFileSync(path, 'utf8') };
  }

  test('an update that the host refuses leaves the former entry', async () => {
    const { text, update, now } = await due();
    await expect(update({ REFUSES: 'full', REFUSES_WORD: '/opt/node 22/' })).rejects.toMatchObject({
      code: 5,
      message: 'Claude Code did not do it, the entry is not there: no: full; the former entry was added again',
    });
    expect(calls().map(([, verb]) => verb)).toEqual(['add', 'remove', 'add', 'add']);
    expect(now()).toBe(text);
    expect((await asked({ client: 'claude-code', uninstall: true }, { env: claude() })).text).toContain('is taken out');
  });

  test('and where the host refuses that too, what stood there is said', async () => {
    const { update } = await due();
    await expect(update({ REFUSES: 'full', REFUSES_WORD: '"add"' })).rejects.toMatchObject({
      code: 5,
      message: 'Claude Code did not do it, the entry is not there: no: full; the former entry is gone',
      cure: expect.stringMatching(/what stood there is added by: claude mcp add .* -- '\/opt\/node 20\/bin\/node' /),
    });
  });

  test('and also where the state folder cannot be written any more', async () => {
    const { update } = await due();
    await expect(update({ CUTS: 'mcp', BREAKS: join(folder, 'state') })).rejects.toMatchObject({
      code: 5,
      message: expect.stringMatching(/another entry is there now: .*; the former entry is gone/),
    });
  });

  test('a host that does not take the former entry out keeps it', async () => {
    const { text, update, now } = await due();
    await expect(update({ REFUSES: 'locked', REFUSES_WORD: '"remove"' })).rejects.toMatchObject({
      message: 'Claude Code did not do it, the former entry is still there: no: locked',
    });
    expect(now()).toBe(text);
  });

  test('what the user added to the entry is not dropped by an update, but named without its values', async () => {
    const { text, update, now } = await due((entry) => ({
      ...entry,
      env: { ...Object(entry['env']), MY_TOKEN: 'sk-secret' },
      timeout: 5,
    }));
    await expect(update()).rejects.toMatchObject({
      code: 5,
      message: `nothing was done: an update of ${server} would drop what was added to it: env.MY_TOKEN, timeout`,
      where: join(folder, '.claude.json'),
      cure: expect.stringContaining('asm setup --client claude-code --uninstall'),
    });
    expect(now()).toBe(text);
    expect(calls()).toHaveLength(1);
  });

  test('what the user added to the entry is named where it goes with the entry, and kept', async () => {
    const { text } = await due((entry) => ({ ...entry, env: { ...Object(entry['env']), MY_TOKEN: 'sk-secret' } }));
    const takeOut = { client: 'claude-code', uninstall: true };
    expect((await asked({ ...takeOut, print: true })).text).toContain(
      '\nwith it would go what is not from asm setup: env.MY_TOKEN',
    );
    const former = join(folder, 'state/clients/claude-code-former.json');
    expect(existsSync(former)).toBe(false);
    const answer = await asked(takeOut, { env: claude() });
    expect(answer.text.split('\n').at(-1)).toBe(
      'with it went what is not from asm setup: env.MY_TOKEN; the former entry is kept in ~/state/clients/claude-code-former.json',
    );
    expect(hostAnswer.parse(answer.json).dropped).toEqual({ names: ['env.MY_TOKEN'], kept: former });
    expect(JSON.parse(readFileSync(former, 'utf8'))).toEqual([JSON.parse(text).mcpServers[server]]);
  });

  test('what the host wrote in another form is said, and can be taken out again', async () => {
    host('claude');
    const env = { ...claude(), CUTS: 'mcp' };
    await expect(asked({ client: 'claude-code', yes: true }, { env })).rejects.toMatchObject({
      code: 5,
      message: expect.stringContaining('another entry is there now: done'),
    });
    const { text } = await asked({ client: 'claude-code', uninstall: true }, { env });
    expect(text).toContain('is taken out');
  });

  test('and an update that ends so has the former entry again', async () => {
    const { text, update, now } = await due();
    await expect(update({ CUTS: '/opt/node 22/' })).rejects.toMatchObject({
      message: expect.stringMatching(/another entry is there now: .*; the former entry was added again/),
    });
    expect(now()).toBe(text);
  });

  test('a relative folder of the host is taken from the home folder, where the host is started', async () => {
    host('claude');
    const env = { WRITES: 'rel/.claude.json mcpServers', CLAUDE_CONFIG_DIR: 'rel' };
    expect((await asked({ client: 'claude-code', yes: true }, { env })).text).toContain(
      `~/rel/.claude.json: ${server} is there`,
    );
  });

  test.each([
    ['both, and the host adds to the one without comments', ['opencode.json', 'opencode.jsonc'], 'opencode.json'],
    ['the one with comments', ['opencode.jsonc'], 'opencode.jsonc'],
    ['none', [], 'opencode.jsonc'],
  ])('of the files of opencode, %s', async (_, there, written) => {
    host('opencode');
    for (const name of there) file(`.config/opencode/${name}`, `{ "mcp": {} } // "mcp": { "${server}": {} }`);
    const path = join(folder, '.config/opencode', written);
    if (there.length > 0) writeFileSync(path, '{ "mcp": {} }');
    const env = { WRITES: `${path} mcp` };
    expect((await asked({ client: 'opencode', yes: true }, { env })).text).toContain(`/${written}: ${server} is there`);
    expect((await asked({ client: 'opencode', uninstall: true })).text).toContain(
      `/${written}: ${server} is taken out`,
    );
  });

  test('of two entries in files of opencode the one that it takes is looked at, and both are taken out', async () => {
    host('opencode');
    const path = join(folder, '.config/opencode/opencode.json');
    await asked({ client: 'opencode', yes: true }, { env: { WRITES: `${path} mcp` } });
    const second = file('.config/opencode/opencode.jsonc', readFileSync(path, 'utf8'));
    expect((await asked({ client: 'opencode', yes: true })).text).toBe(
      '~/.config/opencode/opencode.jsonc: nothing to change',
    );
    await asked({ client: 'opencode', uninstall: true });
    expect(`${readFileSync(path, 'utf8')}${readFileSync(second, 'utf8')}`).not.toContain(server);
  });

  test('an entry of the user is left alone, both ways', async () => {
    host('claude');
    file('.claude.json', '{"mcpServers": {"agent_sessions_monitor": {"command": "mine"}}}');
    for (const how of [{ yes: true }, { uninstall: true }]) {
      await expect(asked({ client: 'claude-code', ...how }, { env: claude() })).rejects.toMatchObject({
        code: 5,
        message: 'nothing was done: an entry agent_sessions_monitor stands there that asm setup did not write',
        where: join(folder, '.claude.json'),
        cure: 'if it is not needed any more: claude mcp remove --scope user agent_sessions_monitor',
      });
    }
    expect(calls()).toEqual([]);
  });

  test('an entry that was written from another state folder is left alone, and that is said', async () => {
    host('claude');
    await asked({ client: 'claude-code', yes: true }, { env: claude() });
    const other = { env: claude(), settings: { ...settings, stateDir: join(folder, 'other') } };
    for (const how of [{ yes: true }, { uninstall: true }]) {
      await expect(asked({ client: 'claude-code', ...how }, other)).rejects.toMatchObject({
        code: 5,
        message: `nothing was done: an entry ${server} stands there that was not written from this state folder, but names ${join(folder, 'state')}`,
        cure: expect.stringContaining(
          `AGENT_SESSIONS_MONITOR_STATE_DIR=${join(folder, 'state')} asm setup --client claude-code --uninstall`,
        ),
      });
    }
    expect(calls()).toHaveLength(1);
  });

  test('an entry for another registry is replaced, and that is said', async () => {
    host('claude');
    await asked({ client: 'claude-code', yes: true }, { env: claude() });
    const registry = { ...settings.registry, path: '/home/me/other.yaml' };
    const other = { env: claude(), settings: { ...settings, stateDir: join(folder, 'state'), registry } };
    const { text } = await asked({ client: 'claude-code', yes: true }, other);
    expect(text.split('\n').at(-1)).toBe(
      `~/.claude.json: ${server} is there, in place of the one for the registry /home/me/registry.yaml`,
    );
  });

  test('with --print nothing is taken out, and what would be is said', async () => {
    host('claude');
    await asked({ client: 'claude-code', yes: true }, { env: claude() });
    const { text } = await asked({ client: 'claude-code', uninstall: true, print: true });
    expect(text).toBe(`claude mcp remove --scope user ${server}`);
    expect(calls()).toHaveLength(1);
  });

  test('a host without a command that takes it out: the entry alone is cut out of its file', async () => {
    host('opencode');
    const path = file('.config/opencode/opencode.json', '{\n  "mcp": {}\n}');
    await asked({ client: 'opencode', yes: true }, { env: { WRITES: `${path} mcp` } });
    const ours = readFileSync(path, 'utf8');
    writeFileSync(path, ours.replace('"mcp": {', '// mine\n  "mcp": {\n    "other": { "type": "local" },'));
    const { text } = await asked({ client: 'opencode', uninstall: true });
    expect(text).toBe('~/.config/opencode/opencode.json: agent_sessions_monitor is taken out');
    expect(readFileSync(path, 'utf8')).toBe('{\n  // mine\n  "mcp": {\n    "other": { "type": "local" }\n  }\n}');
    expect(calls()).toHaveLength(1);
  });
});

describe('what goes wrong is said', () => {
  test('a program of windows whose command is not on the PATH: its file is shown', async () => {
    const { text } = await asked({ client: 'vscode' });
    expect(text).toMatch(
      /^put this into ~\/.*\/Code\/User\/mcp\.json, beside what stands there:\n\n\{\n {2}"servers": /,
    );
    expect(text.split('\n').at(-1)).toBe('nothing was written: there is no code on the PATH');
    await expect(asked({ client: 'vscode', yes: true })).rejects.toMatchObject({
      code: 5,
      cure: 'mend the PATH, or put the entry into its file: asm setup --client vscode shows it',
    });
  });

  test('a host that is not there', async () => {
    await expect(asked({ client: 'codex', yes: true })).rejects.toMatchObject({
      code: 5,
      message: 'Codex CLI was not asked: there is no codex on the PATH',
      where: expect.stringContaining('codex mcp add'),
      cure: 'install Codex CLI, or mend the PATH',
    });
  });

  test.each([1, 0])('a host that refuses and ends with %d', async (code) => {
    host('copilot');
    const env = { REFUSES: 'by order', CODE: String(code) };
    await expect(asked({ client: 'copilot', yes: true }, { env })).rejects.toMatchObject({
      code: 5,
      message: 'Copilot CLI did not do it, the entry is not there: no: by order',
    });
    expect(existsSync(join(folder, 'state'))).toBe(false);
  });

  test.each([
    ['claude', 'claude-code', 'MCP server agent_sessions_monitor already exists in user config'],
    [
      'gemini',
      'gemini',
      'Error in: settings.json {"apiKey": "sk-1"}\n    "token": "sk-2"',
      'settings.json {"apiKey": ***',
    ],
    ['codex', 'codex', 'Error: config.toml:2:9\n  2 | key = "sk-1"\n', 'Error: config.toml:2:9'],
    ['code', 'vscode', 'x --api-key sk-1 https://me:sk-2@h/?t=sk-3', 'x --api-key *** https://***@h/?***'],
  ])('a refusal of %s is told without what it quotes', async (program, client, REFUSES, told = REFUSES) => {
    host(program);
    const asking = asked({ client, yes: true }, { env: { REFUSES } });
    const message = await asking.catch((error: Error) => error.message);
    expect(message).toContain(told);
    expect(message).not.toContain('sk-');
  });

  test('a value that the host would cut, before anything is run', async () => {
    host('gemini');
    const registry = { ...settings.registry, path: '/home/a=b/registry.yaml' };
    await expect(asked({ client: 'gemini', yes: true }, { settings: { ...settings, registry } })).rejects.toMatchObject(
      {
        code: 2,
        message: 'the command of Gemini CLI would cut /home/a=b/registry.yaml at =',
      },
    );
    expect(calls()).toEqual([]);
  });

  test('a file that does not parse, before anything is run', async () => {
    host('codex');
    file('.codex/config.toml', 'model = \n');
    await expect(asked({ client: 'codex', yes: true })).rejects.toMatchObject({
      code: 2,
      where: join(folder, '.codex/config.toml'),
    });
    expect(calls()).toEqual([]);
  });
});
