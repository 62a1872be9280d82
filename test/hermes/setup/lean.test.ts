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
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/operations/context.ts';
import { setup } from '../../../src/operations/setup.ts';
import { answers, fakeContext, settings } from '../../operations/fake-context.ts';

const bundle = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'asm-lean-')));
  file('hermes/config.yaml', 'model: x\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(path: string, text: string, mode = 0o644): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  chmodSync(full, mode);
  return full;
}

/** `hermes profile create NAME …` makes the profile with that config, or fails; `delete NAME --yes` takes it away. */
function hermes(config: string | null): string {
  const made = `profile="$HERMES_HOME/profiles/$3"
[ "$2 $4" = 'delete --yes' ] && exec rm -r "$profile"
mkdir -p "$profile" && cat > "$profile/config.yaml" <<'END'\n${config}\nEND\n`;
  return file('bin/hermes', `#!/bin/sh\n${config === null ? "echo 'Error: no room'; exit 1\n" : made}`, 0o755);
}

async function asked(
  values: Record<string, string | boolean>,
  command = hermes('model: x # mine'),
  change: Partial<Context> = {},
): Promise<string> {
  const context: Context = {
    ...fakeContext({}).context,
    home: folder,
    env: { HERMES_HOME: join(folder, 'hermes'), PATH: process.env['PATH'] },
    program: ['/usr/bin/node', bundle],
    settings: { ...settings, hermes: { command }, stateDir: join(folder, 'state') },
    ...change,
  };
  const [answer] = await answers(setup, context, { values: { lean: true, ...values } });
  return (answer?.text ?? '').replaceAll(folder, '~');
}

const profile = (): string => join(folder, 'hermes/profiles/agent-sessions-lean');

describe('setup --lean', () => {
  test('makes a profile with its settings, our entry and our skill', async () => {
    expect(await asked({})).toMatchInlineSnapshot(`
      "profile agent-sessions-lean made at ~/hermes/profiles/agent-sessions-lean
      ~/hermes/profiles/agent-sessions-lean/config.yaml: agent_sessions_monitor written
      ~/hermes/profiles/agent-sessions-lean/skills/agent-sessions-monitor: installed
      dispatch to it with: asm dispatch --assignee agent-sessions-lean"
    `);
    const text = readFileSync(join(profile(), 'config.yaml'), 'utf8');
    expect(text).toContain('model: x # mine\n');
    expect(parse(text)).toMatchObject({
      platform_toolsets: { cli: ['kanban'] },
      agent: { disabled_toolsets: ['kanban'] },
      memory: { memory_enabled: false },
      skills: { creation_nudge_interval: 0 },
      mcp_discovery_timeout: 10,
      mcp_servers: { agent_sessions_monitor: { timeout: 600 } },
    });
    expect(existsSync(join(profile(), 'skills/agent-sessions-monitor/SKILL.md'))).toBe(true);
    expect(readFileSync(join(folder, 'hermes/config.yaml'), 'utf8')).toBe('model: x\n');
  });

  test('--print shows how, and makes nothing', async () => {
    expect(await asked({ print: true })).toMatchInlineSnapshot(`
      "~/bin/hermes profile create agent-sessions-lean --clone-from default --no-alias
      +platform_toolsets.cli: ["kanban"]
      +agent.disabled_toolsets: ["kanban"]
      +agent.task_completion_guidance: false
      +agent.parallel_tool_call_guidance: false
      +memory.memory_enabled: false
      +memory.user_profile_enabled: false
      +skills.creation_nudge_interval: 0
      +mcp_discovery_timeout: 10"
    `);
    expect(existsSync(profile())).toBe(false);
  });

  test('a second time it is brought up to date', async () => {
    await asked({});
    const config = join(profile(), 'config.yaml');
    const once = readFileSync(config, 'utf8');
    rmSync(join(profile(), 'skills'), { recursive: true });
    // As Hermes writes its config again.
    writeFileSync(config, stringify(parse(once)));
    expect(await asked({}, hermes(null))).toContain('skills/agent-sessions-monitor: installed');
    expect(parse(readFileSync(config, 'utf8'))).toEqual(parse(once));
    writeFileSync(config, once.replace('mcp_discovery_timeout: 10', 'mcp_discovery_timeout: 9'));
    await expect(asked({})).rejects.toMatchObject({ code: 2 });
  });

  test('two at once make one profile, which both find whole', async () => {
    const both = await Promise.all([asked({}), asked({})]);
    expect(both.filter((text) => text.startsWith('profile agent-sessions-lean made'))).toHaveLength(1);
    expect(readFileSync(join(profile(), 'config.yaml'), 'utf8').match(/agent_sessions_monitor:/g)).toHaveLength(1);
  });

  test('a signal is no refusal of Hermes', async () => {
    const stop = new AbortController();
    const sleeping = file('bin/hermes', '#!/bin/sh\n: >"$0.called"; sleep 60\n', 0o755);
    const asking = asked({}, sleeping, { signal: stop.signal });
    await expect.poll(() => existsSync(`${sleeping}.called`), { timeout: 20_000 }).toBe(true);
    stop.abort();
    await expect(asking).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  test('another profile of that name is left as it is', async () => {
    const config = file('hermes/profiles/mine/config.yaml', 'model: y\n');
    await expect(asked({ profile: 'mine' })).rejects.toMatchObject({
      code: 2,
      message: expect.stringContaining('mine already'),
    });
    expect(readFileSync(config, 'utf8')).toBe('model: y\n');
  });

  test('what Hermes says against it is said', async () => {
    await expect(asked({}, hermes(null))).rejects.toMatchObject({
      code: 5,
      message: expect.stringMatching(/: Error: no room$/),
    });
    await expect(asked({}, join(folder, 'absent'))).rejects.toMatchObject({ code: 5 });
  });

  test('where Hermes lacks its mcp extra there would be no tool at all: none is made', async () => {
    const command = hermes('model: x');
    const python = file('bin/python3', '#!/bin/sh\nexit 1\n', 0o755);
    writeFileSync(command, readFileSync(command, 'utf8').replace('#!/bin/sh', `#!${python}`));
    await expect(asked({}, command)).rejects.toMatchObject({ code: 2, where: '--lean' });
    expect(existsSync(profile())).toBe(false);
  });

  test('if it cannot be filled, it is taken away again, and the next run makes it', async () => {
    file('state', 'a file where its folder should be');
    await expect(asked({})).rejects.toThrow();
    expect(existsSync(profile())).toBe(false);
    rmSync(join(folder, 'state'));
    expect(await asked({})).toContain('agent_sessions_monitor written');
  });

  test('a config that cannot be edited safely makes no profile', async () => {
    const where = join(folder, 'hermes/config.yaml');
    await expect(asked({}, hermes('[not, a, mapping]'))).rejects.toMatchObject({ code: 2, where });
    expect(existsSync(profile())).toBe(false);
  });

  test('a profile that Hermes makes without a config is taken away again', async () => {
    const command = hermes('');
    writeFileSync(command, `${readFileSync(command, 'utf8')}rm "$profile/config.yaml"\n`);
    await expect(asked({}, command)).rejects.toMatchObject({ code: 5, message: expect.stringContaining('no config') });
    expect(existsSync(profile())).toBe(false);
  });

  test('--uninstall takes out what is ours, and says what takes the rest', async () => {
    await asked({});
    expect(await asked({ uninstall: true })).toContain('hermes profile delete agent-sessions-lean');
    expect(readFileSync(join(profile(), 'config.yaml'), 'utf8')).not.toContain('agent_sessions_monitor');
    expect(existsSync(join(profile(), 'skills/agent-sessions-monitor'))).toBe(false);
    rmSync(profile(), { recursive: true });
    expect(await asked({ uninstall: true })).not.toContain('profile delete');
  });
});
