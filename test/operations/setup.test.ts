import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../src/operations/context.ts';
import { setup } from '../../src/operations/setup.ts';
import { answers, fakeContext, settings } from './fake-context.ts';

const bundle = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const shipped = fileURLToPath(new URL('../../skills/agent-sessions-monitor', import.meta.url));

let folder: string;
let hermes: string;
let config: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'asm-setup-')));
  hermes = join(folder, 'hermes');
  config = file('hermes/config.yaml', '# mine\nmodel: x # keep\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(path: string, text: string): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

const read = (path: string): string => readFileSync(path, 'utf8');
const skill = (path = ''): string => join(hermes, 'skills/agent-sessions-monitor', path);

function contextIn(change: Partial<Context> = {}): Context {
  return {
    ...fakeContext({}).context,
    home: folder,
    env: { HERMES_HOME: hermes, PATH: '/usr/bin' },
    program: ['/usr/bin/node', bundle],
    settings: { ...settings, stateDir: join(folder, 'state') },
    ...change,
  };
}

async function asked(values: Record<string, string | boolean> = {}, context = contextIn()) {
  const [answer] = await answers(setup, context, { values });
  return { text: (answer?.text ?? '').replaceAll(folder, '~').replaceAll(bundle, '<cli.js>'), json: answer?.json };
}

describe('setup', () => {
  test('--print shows the lines that come and go, and writes nothing', async () => {
    const { text, json } = await asked({ print: true });
    expect(text).toMatchInlineSnapshot(`
      "~/hermes/config.yaml: would change
      @@ line 3
      +# added for agent-sessions-monitor
      +mcp_servers:
      +  # written by \`asm setup\`; \`asm setup --uninstall\` takes it out
      +  agent_sessions_monitor:
      +    command: "/usr/bin/node"
      +    args: ["<cli.js>", "mcp"]
      +    timeout: 600
      +    env:
      +      HERMES_HOME: "\${HERMES_HOME}"
      +      HERMES_PROFILE: "\${HERMES_PROFILE}"
      +      HERMES_KANBAN_TASK: "\${HERMES_KANBAN_TASK}"
      +      HERMES_KANBAN_BOARD: "\${HERMES_KANBAN_BOARD}"
      +      HERMES_KANBAN_DB: "\${HERMES_KANBAN_DB}"
      +      HERMES_KANBAN_RUN_ID: "\${HERMES_KANBAN_RUN_ID}"
      +      TMUX: "\${TMUX}"
      +      AGENT_SESSIONS_MQTT_URL: "\${AGENT_SESSIONS_MQTT_URL}"
      +      AGENT_SESSIONS_MQTT_USER: "\${AGENT_SESSIONS_MQTT_USER}"
      +      AGENT_SESSIONS_MQTT_PASSWORD: "\${AGENT_SESSIONS_MQTT_PASSWORD}"
      +      TMUX_TMPDIR: "\${TMUX_TMPDIR}"
      +      CLAUDE_CONFIG_DIR: "\${CLAUDE_CONFIG_DIR}"
      +      XDG_CONFIG_HOME: "\${XDG_CONFIG_HOME}"
      +      XDG_STATE_HOME: "\${XDG_STATE_HOME}"
      +      XDG_CACHE_HOME: "\${XDG_CACHE_HOME}"
      +      AGENT_SESSIONS_YAML: "/home/me/registry.yaml"
      +      AGENT_SESSIONS_MONITOR_STATE_DIR: "~/state"
      +      AGENT_SESSIONS_WAIT_SECONDS: "540"
      ~/hermes/skills/agent-sessions-monitor: would change
      +SKILL.md
      +references/card-body.md
      +scripts/reconcile.sh"
    `);
    expect(json).toMatchObject({ change: 'changed', lines: expect.arrayContaining(['+    timeout: 600']) });
    expect(read(config)).toBe('# mine\nmodel: x # keep\n');
    expect(existsSync(skill())).toBe(false);
    expect(existsSync(join(folder, 'state'))).toBe(false);
  });

  test('twice is once; taken out again, all is byte for byte as before, with a backup', async () => {
    const before = read(config);
    expect((await asked()).text).toMatchInlineSnapshot(`
      "~/hermes/config.yaml: agent_sessions_monitor written
      ~/hermes/skills/agent-sessions-monitor: installed"
    `);
    const once = read(config);
    expect((await asked()).text).toMatchInlineSnapshot(`
      "~/hermes/config.yaml: nothing to change
      ~/hermes/skills/agent-sessions-monitor: nothing to change"
    `);
    expect((await asked({ print: true })).text).toContain('nothing to change');
    expect(read(config)).toBe(once);
    expect(read(skill('SKILL.md'))).toBe(read(join(shipped, 'SKILL.md')));
    const shown = await asked({ print: true, uninstall: true });
    expect(shown.text).toContain('-    timeout: 600\n');
    expect(shown.text).toContain('-SKILL.md');
    expect((await asked({ uninstall: true })).text).toMatchInlineSnapshot(`
      "~/hermes/config.yaml: agent_sessions_monitor taken out
      ~/hermes/skills/agent-sessions-monitor: taken out"
    `);
    expect(read(config)).toBe(before);
    expect(readdirSync(hermes)).toEqual(['config.yaml']);
    const backups = join(folder, 'state/hermes/backups');
    expect(read(join(backups, readdirSync(backups).toSorted()[0] ?? ''))).toBe(before);
    expect((await asked({ uninstall: true })).text).toMatchInlineSnapshot(`
      "~/hermes/config.yaml: nothing to change
      ~/hermes/skills/agent-sessions-monitor: nothing to change"
    `);
  });

  test('registry, state, config and the folders that are set go into the entry by their paths', async () => {
    const env = { HERMES_HOME: hermes, XDG_CACHE_HOME: '/my/cache', TMUX_TMPDIR: '/my/tmux' };
    await asked({}, contextIn({ env, settings: { ...contextIn().settings, configPath: '/my/config.yaml' } }));
    expect(parse(read(config)).mcp_servers.agent_sessions_monitor.env).toMatchObject({
      AGENT_SESSIONS_YAML: '/home/me/registry.yaml',
      AGENT_SESSIONS_MONITOR_STATE_DIR: join(folder, 'state'),
      AGENT_SESSIONS_MONITOR_CONFIG: '/my/config.yaml',
      XDG_CACHE_HOME: '/my/cache',
      TMUX_TMPDIR: '/my/tmux',
      XDG_STATE_HOME: '${XDG_STATE_HOME}',
    });
  });

  test('what the user added to the entry is kept by an update, and named before it goes with the entry', async () => {
    await asked();
    const mine = read(config)
      .replace('timeout: 600', 'timeout: 900')
      .replace('env:\n', 'env:\n      HTTPS_PROXY: "http://secret@p.test"\n');
    writeFileSync(config, mine);
    expect((await asked()).text).toMatchInlineSnapshot(`
      "~/hermes/config.yaml: nothing to change
      ~/hermes/config.yaml: kept in agent_sessions_monitor, as it is not from asm setup: timeout, env.HTTPS_PROXY
      ~/hermes/skills/agent-sessions-monitor: nothing to change"
    `);
    expect(read(config)).toBe(mine);
    const moved = contextIn({ program: ['/new/node', bundle] });
    expect((await asked({}, moved)).text).toMatchInlineSnapshot(`
      "~/hermes/config.yaml: agent_sessions_monitor written
      ~/hermes/config.yaml: kept in agent_sessions_monitor, as it is not from asm setup: timeout, env.HTTPS_PROXY
      ~/hermes/skills/agent-sessions-monitor: nothing to change"
    `);
    expect(read(config)).toBe(mine.replace('"/usr/bin/node"', '"/new/node"'));
    expect((await asked({ uninstall: true, print: true })).text).toContain('timeout, env.HTTPS_PROXY');
    expect((await asked({ uninstall: true })).text).toMatchInlineSnapshot(`
      "~/hermes/config.yaml: agent_sessions_monitor taken out
      ~/hermes/config.yaml: with agent_sessions_monitor goes what is not from asm setup: timeout, env.HTTPS_PROXY; the former file is kept in ~/state/hermes/backups
      ~/hermes/skills/agent-sessions-monitor: taken out"
    `);
    const backups = join(folder, 'state/hermes/backups');
    expect(readdirSync(backups).map((name) => read(join(backups, name)))).toContain(
      mine.replace('"/usr/bin/node"', '"/new/node"'),
    );
  });

  test('an entry that Hermes wrote again without its comments is still ours', async () => {
    await asked();
    writeFileSync(config, stringify(parse(read(config))));
    expect((await asked({ print: true })).text).not.toContain('left alone');
    await asked({ uninstall: true });
    expect(parse(read(config))).toEqual({ model: 'x', mcp_servers: null });
  });

  test.each(['agent_sessions_monitor', 'agent-sessions-monitor'])(
    "the user's own entry %s, which gives the same names of tools, is left alone",
    async (name) => {
      const byHand = `mcp_servers:\n  ${name}:\n    command: mine\n`;
      writeFileSync(config, byHand);
      const said = `${config}:2:3 has an entry of this name that asm setup did not write: left alone`;
      const { text, json } = await asked({ print: true });
      expect(text).toContain(said.replace(folder, '~'));
      expect(json).toMatchObject({ change: 'foreign', lines: [] });
      // The skill is of use with that entry too.
      const inPlace = { code: 5, message: `${said}; ${skill()}: installed` };
      await expect(asked()).rejects.toMatchObject(inPlace);
      expect(readdirSync(skill())).toContain('SKILL.md');
      const takenOut = { code: 5, message: `${said}; ${skill()}: taken out` };
      await expect(asked({ uninstall: true })).rejects.toMatchObject(takenOut);
      expect(read(config)).toBe(byHand);
      expect(existsSync(skill())).toBe(false);
    },
  );

  test("the user's other skills keep their folder", async () => {
    const other = file('hermes/skills/other/SKILL.md', 'another');
    await asked();
    await asked({ uninstall: true });
    expect(read(other)).toBe('another');
    expect(readdirSync(join(hermes, 'skills'))).toEqual(['other']);
  });

  test("the user's own skill files are neither written over nor removed", async () => {
    const own = file('hermes/skills/agent-sessions-monitor/SKILL.md', 'my own words');
    const { text } = await asked();
    expect(text).toContain('~/hermes/skills/agent-sessions-monitor/SKILL.md is not ours: left alone');
    expect(readdirSync(skill())).toEqual(['SKILL.md', 'references', 'scripts']);
    await asked({ uninstall: true });
    expect(read(own)).toBe('my own words');
    expect(readdirSync(skill())).toEqual(['SKILL.md']);
  });

  test('an installed skill file is brought up to date; a changed one is not', async () => {
    await asked();
    const record = join(
      folder,
      'state/hermes',
      readdirSync(join(folder, 'state/hermes')).find((name) => name.endsWith('.json')) ?? '',
    );
    // As an older version of this program installed it.
    writeFileSync(skill('SKILL.md'), 'older');
    const { createHash } = await import('node:crypto');
    const { skill: hashes, ...rest } = JSON.parse(read(record));
    hashes['SKILL.md'] = createHash('sha256').update('older').digest('hex');
    writeFileSync(record, JSON.stringify({ ...rest, skill: hashes }));
    await asked();
    expect(read(skill('SKILL.md'))).toBe(read(join(shipped, 'SKILL.md')));
    writeFileSync(skill('SKILL.md'), 'changed by hand');
    expect((await asked()).text).toContain('SKILL.md is not ours: left alone');
    await asked({ uninstall: true });
    expect(read(skill('SKILL.md'))).toBe('changed by hand');
  });

  test('a skill folder that is a link into a clone stays as it is', async () => {
    mkdirSync(join(hermes, 'skills'));
    mkdirSync(join(folder, 'clone'));
    symlinkSync(join(folder, 'clone'), skill());
    await asked();
    await asked({ uninstall: true });
    expect(readdirSync(join(folder, 'clone'))).toEqual([]);
    expect(lstatSync(skill()).isSymbolicLink()).toBe(true);
  });

  test('what is in the way of the skill is named, with what to do, before anything is written', async () => {
    const before = read(config);
    const said = (message: string, path: string, cure: string): unknown =>
      expect.objectContaining({ code: 3, message, where: join(hermes, path), cure: `${cure}, then run this again` });
    const aFile = 'nothing was written: a file is where a folder belongs';
    for (const path of ['skills', 'skills/agent-sessions-monitor', 'skills/agent-sessions-monitor/scripts']) {
      file(`hermes/${path}`, 'mine');
      await expect(asked()).rejects.toThrow(said(aFile, path, 'move it away'));
      expect((await asked({ uninstall: true })).text).not.toContain('scripts/reconcile.sh');
      rmSync(join(hermes, 'skills'), { recursive: true });
      symlinkSync(join(folder, 'nowhere'), join(hermes, 'skills'));
      await expect(asked()).rejects.toThrow(
        said('nothing was written: a link leads nowhere', 'skills', 'mend that link'),
      );
      rmSync(join(hermes, 'skills'));
    }
    // As what may not be read, which root may.
    symlinkSync('skills', join(hermes, 'skills'));
    for (const values of [{}, { uninstall: true }]) {
      await expect(asked(values)).rejects.toMatchObject({
        code: 3,
        message: 'nothing was written: a file cannot be read (ELOOP)',
        where: skill('SKILL.md'),
      });
    }
    rmSync(join(hermes, 'skills'));
    mkdirSync(skill('SKILL.md'), { recursive: true });
    const aFolder = 'nothing was written: a folder is where a file belongs';
    await expect(asked()).rejects.toThrow(said(aFolder, 'skills/agent-sessions-monitor/SKILL.md', 'move it away'));
    expect(read(config)).toBe(before);
    expect(readdirSync(join(folder, 'state/hermes'))).toEqual([]);
  });

  test('a config that is a link stays one, and what it leads to is changed', async () => {
    const real = file('dotfiles/hermes.yaml', '# in my dotfiles\n');
    rmSync(config);
    symlinkSync(real, config);
    await asked();
    expect(lstatSync(config).isSymbolicLink()).toBe(true);
    expect(read(real)).toContain('agent_sessions_monitor:');
    await asked({ uninstall: true });
    expect(read(real)).toBe('# in my dotfiles\n');
  });

  test('a config that does not parse, or is missing, ends with 2 and nothing is written', async () => {
    writeFileSync(config, 'a: [');
    await expect(asked()).rejects.toMatchObject({ code: 2, where: expect.stringMatching(/config\.yaml:1:5$/) });
    expect(read(config)).toBe('a: [');
    expect(existsSync(skill())).toBe(false);
    const latin = Buffer.from('model: "\xe4"\n', 'latin1');
    writeFileSync(config, latin);
    await expect(asked()).rejects.toMatchObject({ code: 2, message: expect.stringContaining('not UTF-8') });
    expect(readFileSync(config)).toEqual(latin);
    rmSync(config);
    mkdirSync(config);
    await expect(asked()).rejects.toMatchObject({ code: 2, message: expect.stringContaining('it is no regular file') });
    await expect(asked({ profile: 'no-such' })).rejects.toMatchObject({ code: 2 });
    rmSync(config, { recursive: true });
    symlinkSync(join(folder, 'nowhere'), config);
    const unread = 'the config of Hermes cannot be read: ';
    await expect(asked()).rejects.toMatchObject({ message: `${unread}a link leads nowhere`, where: config });
    rmSync(hermes, { recursive: true });
    const inTheWay = { message: `${unread}a file is where a folder belongs`, where: file('hermes', '') };
    await expect(asked()).rejects.toMatchObject(inTheWay);
    await expect(asked({ profile: '../elsewhere' })).rejects.toMatchObject({ code: 2 });
  });

  test('where the config is gone the skill is taken out all the same', async () => {
    await asked();
    rmSync(config);
    expect((await asked({ uninstall: true })).text).toMatchInlineSnapshot(`
      "~/hermes/config.yaml: nothing to change
      ~/hermes/skills/agent-sessions-monitor: taken out"
    `);
    expect(readdirSync(hermes)).toEqual([]);
  });

  test('--profile and --hermes-home name where', async () => {
    const other = file('other/profiles/watcher/config.yaml', '');
    await asked({ 'hermes-home': join(folder, 'other'), profile: 'watcher' });
    expect(read(other)).toContain('agent_sessions_monitor:');
    expect(existsSync(join(folder, 'other/profiles/watcher/skills/agent-sessions-monitor/SKILL.md'))).toBe(true);
    expect(read(config)).not.toContain('agent_sessions_monitor');
  });

  test('--client mcp-json is the entry for other hosts: no Hermes needed', async () => {
    rmSync(hermes, { recursive: true });
    const { text, json } = await asked({ client: 'mcp-json', print: true });
    expect(JSON.parse(text)).toEqual({
      mcpServers: {
        agent_sessions_monitor: {
          command: '/usr/bin/node',
          args: ['<cli.js>', 'mcp'],
          env: {
            AGENT_SESSIONS_YAML: '/home/me/registry.yaml',
            AGENT_SESSIONS_MONITOR_STATE_DIR: '~/state',
            AGENT_SESSIONS_WAIT_SECONDS: '50',
          },
        },
      },
    });
    expect(json).toHaveProperty('mcpServers');
  });
});

describe('setup --plugin', () => {
  const plugin = (path = ''): string => join(hermes, 'plugins/agent-sessions', path);
  const sources = fileURLToPath(new URL('../../src/hermes/plugin', import.meta.url));

  /** A package as the build makes it. */
  function packed(): Context {
    cpSync(sources, join(folder, 'dist/hermes-plugin'), { recursive: true });
    return contextIn({ program: ['/usr/bin/node', join(folder, 'dist/cli.js')] });
  }

  test('copies the plugin, names this program to it, and turns it on; out again, all is as before', async () => {
    const before = read(config);
    const context = packed();
    expect((await asked({ plugin: true, print: true }, context)).text).toContain('+plugins:\n+  enabled:');
    expect(existsSync(plugin())).toBe(false);
    expect((await asked({ plugin: true }, context)).text).toMatchInlineSnapshot(`
      "~/hermes/config.yaml: agent-sessions turned on
      ~/hermes/plugins/agent-sessions: installed
      a gateway that runs sees it after: hermes gateway restart; the dashboard after its next start"
    `);
    expect(parse(read(config))).toEqual({ model: 'x', plugins: { enabled: ['agent-sessions'] } });
    expect(JSON.parse(read(plugin('program.json')))).toEqual({
      command: ['/usr/bin/node', join(folder, 'dist/cli.js')],
      env: { AGENT_SESSIONS_YAML: '/home/me/registry.yaml', AGENT_SESSIONS_MONITOR_STATE_DIR: join(folder, 'state') },
    });
    expect((await asked({ plugin: true }, context)).text).toMatchInlineSnapshot(`
      "~/hermes/config.yaml: nothing to change
      ~/hermes/plugins/agent-sessions: nothing to change"
    `);
    // Python keeps its own form of what it loaded.
    file('hermes/plugins/agent-sessions/__pycache__/call.cpython-311.pyc', '');
    expect((await asked({ plugin: true, uninstall: true }, context)).text).toMatchInlineSnapshot(`
      "~/hermes/config.yaml: agent-sessions turned off
      ~/hermes/plugins/agent-sessions: taken out
      a gateway that runs sees it after: hermes gateway restart; the dashboard after its next start"
    `);
    expect(read(config)).toBe(before);
    expect(readdirSync(hermes)).toEqual(['config.yaml']);
  });

  test('cleans what `hermes plugins remove` leaves in the lists', async () => {
    writeFileSync(config, 'plugins:\n  enabled:\n    - agent-sessions\n  disabled: []\n');
    const { text, json } = await asked({ plugin: true, uninstall: true }, packed());
    expect(text).toContain('agent-sessions turned off');
    expect(json).toMatchObject({ change: 'changed', plugin: { removed: [] } });
    expect(read(config)).toBe('plugins:\n  enabled: []\n  disabled: []\n');
  });

  test('a plugin of another version that Hermes installed is left whole, and the way to take it out is named', async () => {
    file('hermes/plugins/agent-sessions/__init__.py', '# older\n');
    cpSync(join(sources, 'plugin.yaml'), plugin('plugin.yaml'));
    const { text, json } = await asked({ plugin: true }, packed());
    expect(text).toContain('__init__.py is not ours: left alone');
    expect(text).toContain(`hermes plugins remove agent-sessions`);
    expect(json).toMatchObject({ plugin: { written: [], left: ['__init__.py'] } });
    expect(readdirSync(plugin())).toEqual(['__init__.py', 'plugin.yaml']);
  });

  test('a folder of plugins that was there before stays, empty as it was', async () => {
    mkdirSync(join(hermes, 'plugins'));
    const context = packed();
    await asked({ plugin: true }, context);
    await asked({ plugin: true }, context);
    await asked({ plugin: true, uninstall: true }, context);
    await asked({ plugin: true, uninstall: true }, context);
    expect(readdirSync(hermes)).toEqual(['config.yaml', 'plugins']);
    expect(readdirSync(join(hermes, 'plugins'))).toEqual([]);
  });

  test('a config never names a plugin whose files could not be written', async () => {
    const before = read(config);
    const context = packed();
    // A file where a folder goes: of the plugin, and of all plugins.
    file('hermes/plugins/agent-sessions/dashboard', '');
    const inTheWay = { code: 3, message: 'nothing was written: a file is where a folder belongs' };
    await expect(asked({ plugin: true }, context)).rejects.toMatchObject({ ...inTheWay, where: plugin('dashboard') });
    expect(read(config)).toBe(before);
    rmSync(join(hermes, 'plugins'), { recursive: true });
    const instead = file('hermes/plugins', '');
    await expect(asked({ plugin: true }, context)).rejects.toMatchObject({ ...inTheWay, where: instead });
    expect(read(config)).toBe(before);
    unlinkSync(join(hermes, 'plugins'));
    await asked({ plugin: true }, context);
    await asked({ plugin: true, uninstall: true }, context);
    expect(read(config)).toBe(before);
    expect(existsSync(plugin())).toBe(false);
  });

  test('a link to a copy of the user is turned on and left alone; a file in the way is refused', async () => {
    const context = packed();
    mkdirSync(join(hermes, 'plugins'));
    symlinkSync(join(folder, 'nowhere'), plugin());
    const before = read(config);
    await expect(asked({ plugin: true }, context)).rejects.toThrow('a link leads nowhere');
    expect(read(config)).toBe(before);
    unlinkSync(plugin());
    file('hermes/plugins/agent-sessions/__init__.py', '# mine\n');
    const other = { code: 5, message: 'there is something else where the plugin goes' };
    await expect(asked({ plugin: true }, context)).rejects.toMatchObject(other);
    expect(read(config)).toBe(before);
    rmSync(plugin(), { recursive: true });
    cpSync(sources, join(folder, 'own'), { recursive: true });
    symlinkSync(join(folder, 'own'), plugin());
    expect((await asked({ plugin: true }, context)).json).toMatchObject({ change: 'changed', plugin: { left: ['.'] } });
    await asked({ plugin: true, uninstall: true }, context);
    expect(read(config)).toBe(before);
    expect(readdirSync(join(folder, 'own'))).toEqual(readdirSync(sources));
  });

  test('at once with the entry: neither is lost, and both go whole', async () => {
    const context = packed();
    cpSync(dirname(shipped), join(folder, 'skills'), { recursive: true });
    const before = read(config);
    const both = (more: Record<string, boolean>) =>
      Promise.all([more, { ...more, plugin: true }].map((one) => asked(one, context)));
    await Promise.all([both({}), both({})]);
    expect(Object.keys(parse(read(config)))).toEqual(expect.arrayContaining(['mcp_servers', 'plugins']));
    await both({ uninstall: true });
    expect(read(config)).toBe(before);
    expect(readdirSync(hermes)).toEqual(['config.yaml']);
    expect(readdirSync(join(folder, 'state/hermes'))).toEqual(['backups']);
  });

  test('the plugin and the entry come and go each by itself', async () => {
    const context = packed();
    cpSync(dirname(shipped), join(folder, 'skills'), { recursive: true });
    await asked({}, context);
    await asked({ plugin: true }, context);
    await asked({ uninstall: true }, context);
    expect(parse(read(config))).toEqual({ model: 'x', plugins: { enabled: ['agent-sessions'] } });
    // Hermes writes its config again without comments.
    writeFileSync(config, stringify(parse(read(config))));
    writeFileSync(join(folder, 'dist/hermes-plugin/call.py'), '# newer\n');
    expect((await asked({ plugin: true }, context)).json).toMatchObject({ plugin: { written: ['call.py'], left: [] } });
    await asked({ plugin: true, uninstall: true }, context);
    expect(existsSync(plugin())).toBe(false);
    expect(readdirSync(join(folder, 'state/hermes'))).toEqual(['backups']);
  });
});

describe('flags that contradict each other are refused, before anything is done', () => {
  const forms = { client: 'cursor', hooks: 'claude-code', plugin: true, lean: true, service: true };
  const names = ['client', 'hooks', 'plugin', 'lean', 'service'] as const;
  const pairs = names.flatMap((one, at) => names.slice(at + 1).map((other) => [one, other] as const));

  test.each(pairs)('--%s and --%s are two commands', async (one, other) => {
    await expect(asked({ [one]: forms[one], [other]: forms[other], print: true })).rejects.toMatchObject({
      code: 2,
      message: `\`--${one}\` and \`--${other}\` are two commands: run one after the other`,
    });
    expect(existsSync(join(folder, 'state'))).toBe(false);
  });

  const strays = [
    ['client', ['profile', 'hermes-home', 'card', 'hermes-board']],
    ['hooks', ['profile', 'hermes-home', 'card', 'hermes-board']],
    ['plugin', ['yes', 'card', 'hermes-board']],
    ['lean', ['yes', 'card', 'hermes-board']],
    ['service', ['profile']],
  ] as const;

  test.each(strays.flatMap(([form, flags]) => flags.map((flag) => [form, flag] as const)))(
    '--%s has no use for --%s',
    async (form, flag) => {
      await expect(asked({ [form]: forms[form], [flag]: flag === 'yes' ? true : 'x' })).rejects.toMatchObject({
        code: 2,
        message: `\`--${flag}\` has no meaning with \`--${form}\``,
      });
    },
  );

  test.each(['yes', 'card', 'hermes-board'])('bare setup has no use for --%s', async (flag) => {
    await expect(asked({ [flag]: flag === 'yes' ? true : 'x' })).rejects.toMatchObject({
      code: 2,
      message: `\`--${flag}\` has no meaning alone`,
    });
    expect(read(config)).toBe('# mine\nmodel: x # keep\n');
  });

  test('--print and --yes', async () => {
    await expect(asked({ client: 'cursor', print: true, yes: true })).rejects.toMatchObject({ code: 2 });
  });
});
