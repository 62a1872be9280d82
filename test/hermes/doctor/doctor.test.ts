import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/operations/context.ts';
import { ownProcess } from '../../../src/system/process-identity.ts';
import { checkHermes } from '../../../src/hermes/doctor/check-hermes.ts';
import type { Finding } from '../../../src/system/finding.ts';
import { setup } from '../../../src/operations/setup.ts';
import { pipeAt } from '../../observe/scratch.ts';
import { answers, fakeContext, settings } from '../../operations/fake-context.ts';

let folder: string;
let bundle: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asm-doctor-'));
  bundle = file('it/dist/cli.js', server(7));
  file('it/skills/agent-sessions-monitor/SKILL.md', 'skill');
  file('hermes/config.yaml', 'kanban: { auto_decompose: false }\n');
  file('bin/agent-sessions-monitor', '#!/bin/sh\n', 0o755);
  installHermes({});
  gatewayRuns();
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(path: string, text: string, mode = 0o644): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  chmodSync(full, mode);
  return full;
}

/** Makes a server that answers `tools/list` with so many tools. */
function server(tools: number): string {
  return `process.stdin.on('data', () => console.log(JSON.stringify({ jsonrpc: '2.0', id: 'tools',
    result: { tools: Array.from({ length: ${tools} }, () => ({})) } }))).on('end', () => process.exit(0));`;
}

/** Makes a program whose first line names its Python, as pip installs Hermes. */
function installHermes({ version = '0.19.0', hasExtra = true }): void {
  const python = `#!/bin/sh
case "$1$2" in
  -c*) exit ${hasExtra ? 0 : 1} ;;
  *--version) echo 'Hermes Agent v${version} (2026.7.20)' ;;
esac
`;
  file('bin/hermes', `#!${file('bin/python3', python, 0o755)}\n`, 0o755);
}

/** Writes what a gateway of Hermes leaves in its home; this process stands in for the gateway. */
function gatewayRuns({ home = 'hermes', start = ownProcess().start } = {}): void {
  file(`${home}/gateway.pid`, JSON.stringify({ pid: process.pid, kind: 'hermes-gateway', start_time: Number(start) }));
}

function contextIn(change: Partial<Context> = {}): Context {
  return {
    ...fakeContext({}).context,
    home: folder,
    env: { HERMES_HOME: join(folder, 'hermes'), PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` },
    program: [process.execPath, bundle],
    settings: { ...settings, hermes: { command: join(folder, 'bin/hermes') }, stateDir: join(folder, 'state') },
    ...change,
  };
}

const nothingNamed = { root: null, profile: null };
/** Longer than a busy machine stalls. */
const readyMs = 30_000;
const isInstalled = (): Promise<unknown> => answers(setup, contextIn());

async function found(context = contextIn()): Promise<Record<string, Finding>> {
  const findings = await checkHermes(context, nothingNamed);
  return Object.fromEntries(findings.map((finding) => [finding.id, finding]));
}

describe('what a worker of Hermes depends on', () => {
  test('all well', async () => {
    await isInstalled();
    const findings = await checkHermes(contextIn(), nothingNamed, readyMs);
    const text = findings.map(({ ok, id, message }) => `${ok} ${id}: ${message.replaceAll(folder, '~')}`).join('\n');
    expect(text.replace(/(in|pid) \d+/g, '$1 N')).toMatchInlineSnapshot(`
      "true hermes: hermes 0.19.0
      true hermes-mcp: Hermes' mcp extra is installed
      true hermes-dispatcher: the gateway dispatches cards (pid N)
      true hermes-decompose: a card in triage is left alone
      true hermes-skill: skill ~/hermes/skills/agent-sessions-monitor/SKILL.md
      true hermes-entry: ~/hermes/config.yaml has the MCP server
      true hermes-entry-answers: the MCP server showed its 7 tools in N ms
      true hermes-tool-search: a model sees the tools, unless all MCP servers' tools pass 10 % of its context
      true hermes-goal: a goal card has many turns
      true hermes-nudge: the stop nudge may be on: up to two calls more a worker; HERMES_KANBAN_STOP_NUDGE=0 in Hermes' .env turns it off
      true hermes-turns: 90 calls in a turn: at least 12 quiet hours, and then the next turn"
    `);
  });

  test('no Hermes is a finding only where one is configured', async () => {
    const absent = { ...settings, hermes: { command: join(folder, 'no-hermes') } };
    expect(await checkHermes(contextIn({ settings: absent, env: {} }), nothingNamed)).toEqual([]);
    const { hermes } = await found(contextIn({ settings: absent }));
    expect(hermes).toMatchObject({ ok: false, message: expect.stringMatching(/no-hermes is not installed$/) });
    const worker = contextIn({ settings: absent, env: { HERMES_KANBAN_TASK: 't_1' } });
    expect(await found(worker)).toMatchObject({ hermes: { ok: false } });
    const elsewhere = await checkHermes(contextIn({ env: {} }), { root: join(folder, 'empty'), profile: null });
    expect(elsewhere).toMatchObject([
      { id: 'hermes', ok: true },
      { id: 'hermes-entry', ok: false },
    ]);
  });

  test.each<[string, string, () => void, RegExp, RegExp]>([
    [
      'hermes-mcp',
      'the extra is missing',
      () => installHermes({ hasExtra: false }),
      /does not get the tools/,
      /hermes-agent\[mcp\]/,
    ],
    [
      'hermes-goal',
      'one turn only',
      () => installHermes({ version: '0.18.2' }),
      /one turn: .* after 12 quiet hours/,
      /0\.19\.0/,
    ],
    [
      'hermes-dispatcher',
      'nobody dispatches',
      () => rmSync(join(folder, 'hermes/gateway.pid')),
      /no gateway/,
      /kanban dispatch/,
    ],
    [
      'hermes-dispatcher',
      'a gateway that was killed, and its number given to another process',
      () => gatewayRuns({ start: '1' }),
      /no gateway/,
      /kanban dispatch/,
    ],
    [
      'hermes-dispatcher',
      'a gateway that does not dispatch',
      () => file('hermes/config.yaml', 'kanban: { dispatch_in_gateway: false }\n'),
      /dispatches no cards/,
      /dispatch_in_gateway true/,
    ],
    [
      'hermes-decompose',
      'a gateway that rewrites cards in triage',
      () => file('hermes/config.yaml', 'model: x\n'),
      /again and again/,
      /auto_decompose false/,
    ],
    [
      'hermes-turns',
      'turns that are shorter than our server knows',
      () => file('hermes/config.yaml', 'agent: { max_turns: 40 }\n'),
      /40 calls in a turn, and the MCP server does not know/,
      /asm setup --hermes-home/,
    ],
    [
      'hermes-skill',
      'no skill in the profile',
      () => rmSync(join(folder, 'hermes/skills'), { recursive: true }),
      /profile default has no skill/,
      /asm setup --hermes-home/,
    ],
    [
      'hermes-skill',
      'a file where the skills belong',
      () => {
        rmSync(join(folder, 'hermes/skills'), { recursive: true });
        file('hermes/skills', '');
      },
      /hermes\/skills: a file is where a folder belongs$/,
      /^move it away; then: asm setup --hermes-home/,
    ],
    [
      'hermes-skill',
      'a skill that cannot be read',
      () => {
        rmSync(join(folder, 'hermes/skills'), { recursive: true });
        symlinkSync('skills', join(folder, 'hermes/skills'));
      },
      /SKILL\.md cannot be read$/,
      /^make it and its folder readable$/,
    ],
    [
      'hermes-skill',
      'a folder where the skill belongs',
      () => {
        rmSync(join(folder, 'hermes/skills'), { recursive: true });
        mkdirSync(join(folder, 'hermes/skills/agent-sessions-monitor/SKILL.md'), { recursive: true });
      },
      /SKILL\.md: a folder is where a file belongs$/,
      /^move it away; then: asm setup --hermes-home/,
    ],
    [
      'hermes-skill',
      'a skill that is off',
      () => append('skills: { disabled: [agent-sessions-monitor] }'),
      /skills\.disabled names/,
      /take it out/,
    ],
    [
      'hermes-entry',
      'no servers for the shell',
      () => append('platform_toolsets: { cli: [kanban, no_mcp] }'),
      /no_mcp/,
      /take that out/,
    ],
    [
      'hermes-entry',
      'other servers only',
      () => append('platform_toolsets: { cli: [files] }'),
      /hides .*: files/,
      /take/,
    ],
    ['hermes-entry', 'no entry', () => file('hermes/config.yaml', 'a: 1\n'), /no MCP server/, /asm setup/],
    [
      'hermes-entry',
      'an entry that is turned off',
      () => edit('timeout: 600', 'enabled: false'),
      /turned off/,
      /asm setup/,
    ],
    ['hermes-entry', 'another program', () => edit(process.execPath, '/bin/true'), /another program/, /asm setup/],
    [
      'hermes-entry',
      'a node that moved',
      () => edit(process.execPath, '/opt/node-20/bin/node'),
      /starts \/opt\/node-20\/bin\/node, which is not there any more$/,
      /asm setup/,
    ],
    [
      'hermes-entry',
      'a package that is gone',
      () => rmSync(bundle),
      /starts \S+it\/dist\/cli\.js, which is not there any more$/,
      /asm setup/,
    ],
    [
      'hermes-entry',
      'a filter that leaves our tools out',
      () => edit('timeout: 600', 'timeout: 600\n    tools: { include: [status] }'),
      /mcp_servers\.agent_sessions_monitor\.tools hides wait_for_drift/,
      /take that out/,
    ],
    [
      'hermes-skill',
      'a program that is gone and left its skill',
      () => {
        rmSync(join(folder, 'bin/agent-sessions-monitor'));
        symlinkSync('../lib/gone', join(folder, 'bin/agent-sessions-monitor'));
      },
      /its script starts agent-sessions-monitor, which is nowhere on the PATH/,
      /npm install -g/,
    ],
    [
      'hermes-tool-search',
      'a search before each of our tools',
      () => append('tools: { tool_search: { enabled: yes } }'),
      /tools\.tool_search is on/,
      /tool_search\.enabled auto/,
    ],
    [
      'hermes-tool-search',
      'no search at all',
      () => append('tools: { tool_search: { enabled: false } }'),
      /tools\.tool_search is off.*#73739/,
      /tool_search\.enabled auto/,
    ],
    [
      'hermes-entry',
      'a shorter time-out',
      () => edit('timeout: 600', 'timeout: 60'),
      /timeout is below 600/,
      /asm setup/,
    ],
    [
      'hermes-entry',
      'another registry',
      () => edit('/home/me/registry.yaml', '/r'),
      /AGENT_SESSIONS_YAML$/,
      /asm setup/,
    ],
    [
      'hermes-entry',
      'a config that does not parse',
      () => file('hermes/config.yaml', 'a: ['),
      /does not parse/,
      /asm setup/,
    ],
    ['hermes-entry-answers', 'a server that ends', () => file('it/dist/cli.js', ''), /does not answer/, /asm mcp/],
    [
      'hermes-entry-answers',
      'a server that is slow',
      () => file('it/dist/cli.js', `setTimeout(() => {${server(7)}}, 2_100)`),
      /took \d+ ms/,
      /mcp_discovery_timeout 10/,
    ],
  ])('%s: %s', async (id, _, breaks, message, cure) => {
    await isInstalled();
    breaks();
    const finding = (await found())[id];
    expect(finding).toMatchObject({ ok: false });
    expect(finding?.message).toMatch(message);
    expect(finding?.cure).toMatch(cure);
  });

  test("another profile's entry whose program is gone is a finding too, and one that is there is none", async () => {
    await isInstalled();
    const config = readFileSync(join(folder, 'hermes/config.yaml'), 'utf8');
    file('hermes/profiles/well/config.yaml', config);
    const path = file('hermes/profiles/lean/config.yaml', config.replace(process.execPath, '/opt/node-20/bin/node'));
    const wrong = (await checkHermes(contextIn(), nothingNamed, readyMs)).filter(({ ok }) => !ok);
    expect(wrong).toMatchObject([{ id: 'hermes-entry', message: expect.stringContaining(`${path}: `) }]);
    expect(wrong[0]?.cure).toMatch(/--profile lean$/);
  });

  test.each(['tools: { tool_search: true }', 'tools: { tool_search: { enabled: auto } }', 'tools: {}', 'tools: x'])(
    'a tool search that starts by itself hides nothing: %s',
    async (line) => {
      await isInstalled();
      append(line);
      expect(await found()).toMatchObject({ 'hermes-tool-search': { ok: true } });
    },
  );

  test('a gateway of another profile dispatches as its own config says; one of another home is none of ours', async () => {
    rmSync(join(folder, 'hermes/gateway.pid'));
    gatewayRuns({ home: 'elsewhere' });
    expect((await found())['hermes-dispatcher']?.message).toBe(
      `no gateway runs for ${join(folder, 'hermes')}: a card that is made waits until something dispatches it`,
    );
    gatewayRuns({ home: 'hermes/profiles/ops' });
    file('hermes/profiles/ops/config.yaml', 'a: 1\n');
    expect(await found()).toMatchObject({ 'hermes-dispatcher': { ok: true }, 'hermes-decompose': { ok: false } });
    file('hermes/profiles/ops/config.yaml', 'kanban: { dispatch_in_gateway: false }\n');
    expect(await found()).toMatchObject({ 'hermes-dispatcher': { ok: false }, 'hermes-decompose': { ok: true } });
  });

  test('where the record of a gateway cannot be read, nothing is said of it', async () => {
    file('hermes/gateway.pid', '77');
    expect((await found())['hermes-dispatcher']).toMatchObject({
      ok: true,
      message: expect.stringContaining('not known whether a gateway runs'),
    });
  });

  test("a skill in one of the config's own folders is visible too", async () => {
    await isInstalled();
    rmSync(join(folder, 'hermes/skills'), { recursive: true });
    file('shared/watch/agent-sessions-monitor/SKILL.md', 'skill');
    append('skills: { external_dirs: ["~/none", "${SHARED}"] }');
    const env = { ...contextIn().env, SHARED: join(folder, 'shared') };
    expect(await found(contextIn({ env }))).toMatchObject({ 'hermes-skill': { ok: true } });
  });

  test('a pipe in the place of a config or of a record is not waited for', async () => {
    for (const path of ['hermes/config.yaml', 'hermes/gateway.pid']) rmSync(join(folder, path));
    mkdirSync(join(folder, 'hermes/profiles/lean'), { recursive: true });
    for (const path of ['hermes/gateway.pid', 'hermes/profiles/lean/config.yaml']) pipeAt(join(folder, path));
    file('hermes/config.yaml', '');
    expect((await found())['hermes-dispatcher']?.message).toContain('not known whether a gateway runs');
    rmSync(join(folder, 'hermes/config.yaml'));
    pipeAt(join(folder, 'hermes/config.yaml'));
    expect((await found())['hermes-entry']?.message).toContain('it is no regular file');
  });

  test('a config that cannot be read is a finding', async () => {
    writeFileSync(join(folder, 'hermes/config.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xe4, 0x0a]));
    expect((await found())['hermes-entry']).toMatchObject({
      ok: false,
      message: expect.stringContaining('it is not UTF-8'),
    });
  });

  test.each([
    ['agent: { max_turns: 60 }', '60 calls in a turn: the MCP server ends it after 50, 7 quiet hours'],
    ['agent: { max_turns: 12 }', '12 calls in a turn: the MCP server ends it after 6, 0 quiet hours'],
    ['max_turns: 85', '85 calls in a turn: the MCP server ends it after 75, 11 quiet hours'],
    ['agent: { max_turns: 0 }', '90 calls in a turn: at least 12 quiet hours, and then the next turn'],
    ['agent: { max_turns: 200 }', '200 calls in a turn: at least 12 quiet hours, and then the next turn'],
  ])('setup adapts our server to the turns of a profile: %s', async (line, message) => {
    file('hermes/config.yaml', `${line}\n`);
    await isInstalled();
    expect(await found()).toMatchObject({ 'hermes-turns': { ok: true, message }, 'hermes-entry': { ok: true } });
  });

  test('a program that is not what setup would write is never started', async () => {
    await isInstalled();
    const trap = file('trap', `#!/bin/sh\ntouch ${join(folder, 'sprung')}\n`, 0o755);
    edit(process.execPath, trap);
    expect(Object.keys(await found())).not.toContain('hermes-entry-answers');
    expect(existsSync(join(folder, 'sprung'))).toBe(false);
  });

  function append(line: string): void {
    const path = join(folder, 'hermes/config.yaml');
    writeFileSync(path, `${readFileSync(path, 'utf8')}  files: { command: x }\n${line}\n`);
  }

  function edit(from: string, to: string): void {
    const path = join(folder, 'hermes/config.yaml');
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  }
});
