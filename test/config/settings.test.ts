import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { resolveSettings, type Settings, type SettingsSources } from '../../src/config/settings.ts';
import { agentFacts } from '../../src/agents/agent-facts.ts';
import { shellCommand } from '../../src/core/words/shell-command.ts';
import { errorLines, UsageError } from '../../src/errors.ts';
import { hashOf } from '../../src/system/hash.ts';

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'asm-config-'))));
afterEach(() => rmSync(home, { recursive: true }));

/** The snapshots show these agents only, so that a new one changes no snapshot. */
const shown = ['claude', 'agy', 'codex', 'opencode'];
const agents = agentFacts.filter(({ name }) => shown.includes(name));

function load(change: Partial<SettingsSources> = {}) {
  return resolveSettings({ flags: {}, env: {}, home, cwd: '/some/where', ...change }, agents);
}

function config(text: string): string {
  const path = join(home, 'config.yaml');
  writeFileSync(path, text);
  return path;
}

describe('settings', () => {
  test('without flags, environment and file', async () => {
    const text = JSON.stringify(await load(), null, 2).replaceAll(home, '~');
    expect(text).toMatchInlineSnapshot(`
      "{
        "configPath": null,
        "configText": {
          "path": "~/.config/agent-sessions-monitor/config.yaml",
          "hash": null
        },
        "registry": {
          "path": "~/PuKi/lab/agent_sessions/agent-sessions.yaml",
          "isUsual": true,
          "program": [
            "agent-sessions-monitor"
          ],
          "lock": "~/PuKi/lab/agent_sessions/agent-sessions.yaml.lock",
          "writeHost": false,
          "registerPattern": {}
        },
        "stateDir": "~/.local/state/agent-sessions-monitor",
        "cacheDir": "~/.cache/agent-sessions-monitor",
        "agentVariables": [
          "CLAUDE_CONFIG_DIR",
          "CODEX_HOME",
          "XDG_DATA_HOME"
        ],
        "agents": {
          "claude": [
            "~/.claude"
          ],
          "agy": [
            "~/.gemini/antigravity-cli"
          ],
          "codex": [
            "~/.codex"
          ],
          "opencode": [
            "~/.local/share/opencode"
          ]
        },
        "tmux": {
          "sockets": null,
          "tmpdir": "/tmp",
          "deadlineMs": 2000
        },
        "monitor": {
          "intervalMs": null,
          "heartbeatMs": 300000,
          "level": "drift"
        },
        "attention": {
          "afterMs": 300000,
          "workedMs": 120000,
          "card": false,
          "snooze": []
        },
        "notify": [],
        "history": {
          "keepMs": 1209600000
        },
        "page": {
          "port": 0,
          "comments": false
        },
        "stop": {
          "phrases": []
        },
        "judge": null,
        "hermes": {
          "command": "hermes"
        },
        "jobs": {
          "dir": "~/.local/state/delegate-job/jobs",
          "map": {
            "topic": "delegate-job/{id}/events",
            "fields": {},
            "states": {}
          }
        },
        "mqtt": null,
        "logLevel": "info",
        "color": true
      }"
    `);
  });

  test('the folder of an agent is where its own variable says', async () => {
    const { agents } = await load({ env: { CODEX_HOME: '/c', XDG_DATA_HOME: '/data', CLAUDE_CONFIG_DIR: 'relative' } });
    expect(agents).toMatchObject({ codex: ['/c'], opencode: ['/data/opencode'], claude: ['/some/where/relative'] });
  });

  test('a flag wins over the environment, the environment over the file', async () => {
    const file = config('registry: {path: ~/from-file.yaml}');
    const env = { AGENT_SESSIONS_YAML: 'from-env.yaml', AGENT_SESSIONS_MONITOR_CONFIG: file };
    const paths = await Promise.all([
      load({ env: { AGENT_SESSIONS_MONITOR_CONFIG: file } }),
      load({ env }),
      load({ env, flags: { registry: '~/from-flag.yaml' } }),
    ]);
    expect(paths.map(({ registry }) => [registry.path, registry.lock])).toEqual([
      [`${home}/from-file.yaml`, `${home}/from-file.yaml.lock`],
      ['/some/where/from-env.yaml', '/some/where/from-env.yaml.lock'],
      [`${home}/from-flag.yaml`, `${home}/from-flag.yaml.lock`],
    ]);
  });

  test.each(['~/r.yaml', '$HOME/r.yaml', '${HOME}/r.yaml'])(
    'the home is meant by %s, where no shell reads it',
    async (named) => {
      const file = config(`registry: {path: "${named}"}`);
      const paths = await Promise.all([
        load({ env: { AGENT_SESSIONS_MONITOR_CONFIG: file } }),
        load({ env: { AGENT_SESSIONS_YAML: named } }),
        load({ flags: { registry: named }, cwd: null }),
      ]);
      expect(paths.map(({ registry }) => registry.path)).toEqual(paths.map(() => `${home}/r.yaml`));
    },
  );

  test('reads every key', async () => {
    const path = config(`
registry: { path: r.yaml, lock: r.lock, register_pattern: '^(?<workspace>.+)_(?<agent>claude|agy)$' }
tmux: { sockets: [/tmp/a.sock] }
claude: { roots: [~/c1, ~/c2] }
agy: { root: ~/agy }
jobs: { dir: ~/jobs, map: { topic: 'work/{id}', fields: { state: status }, states: { finished: done } } }
mqtt: { url: 'mqtts://lab', user: me, password_file: ~/secret, ca_file: ~/ca.pem, prefix: lab/asm }
monitor: { interval: 10s, heartbeat: 1m, level: verbose }
stop: { phrases: [halt] }
judge: { url: 'http://localhost:8080/v1', model: small, api_key_file: ~/key }
log_level: debug
`);
    const text = JSON.stringify(await load({ flags: { config: path } }), null, 2).replaceAll(home, '~');
    expect(text).toMatchInlineSnapshot(`
      "{
        "configPath": "~/config.yaml",
        "configText": {
          "path": "~/config.yaml",
          "hash": "27c9d6c67862b6fa12ff1680be4fcba0876dc479f1d2655ee9b9f441187d01d6"
        },
        "registry": {
          "path": "~/r.yaml",
          "isUsual": false,
          "program": [
            "agent-sessions-monitor"
          ],
          "lock": "~/r.lock",
          "writeHost": false,
          "registerPattern": {}
        },
        "stateDir": "~/.local/state/agent-sessions-monitor",
        "cacheDir": "~/.cache/agent-sessions-monitor",
        "agentVariables": [
          "CLAUDE_CONFIG_DIR",
          "CODEX_HOME",
          "XDG_DATA_HOME"
        ],
        "agents": {
          "claude": [
            "~/c1",
            "~/c2"
          ],
          "agy": [
            "~/agy"
          ],
          "codex": [
            "~/.codex"
          ],
          "opencode": [
            "~/.local/share/opencode"
          ]
        },
        "tmux": {
          "sockets": [
            "/tmp/a.sock"
          ],
          "tmpdir": "/tmp",
          "deadlineMs": 2000
        },
        "monitor": {
          "intervalMs": 10000,
          "heartbeatMs": 60000,
          "level": "verbose"
        },
        "attention": {
          "afterMs": 300000,
          "workedMs": 120000,
          "card": false,
          "snooze": []
        },
        "notify": [],
        "history": {
          "keepMs": 1209600000
        },
        "page": {
          "port": 0,
          "comments": false
        },
        "stop": {
          "phrases": [
            "halt"
          ]
        },
        "judge": {
          "url": "http://localhost:8080/v1",
          "model": "small",
          "apiKeyFile": "~/key"
        },
        "hermes": {
          "command": "hermes"
        },
        "jobs": {
          "dir": "~/jobs",
          "map": {
            "topic": "work/{id}",
            "fields": {
              "state": "status"
            },
            "states": {
              "finished": "done"
            }
          }
        },
        "mqtt": {
          "url": "mqtts://lab",
          "user": "me",
          "password": null,
          "passwordFile": "~/secret",
          "caFile": "~/ca.pem",
          "topics": [
            "work/+",
            "lab/asm/+/hint"
          ],
          "prefix": "lab/asm"
        },
        "logLevel": "debug",
        "color": true
      }"
    `);
  });

  test('messages of the topics that are named are hints, and no others', async () => {
    const path = config('mqtt: { url: "mqtt://lab", topics: [work/#] }');
    expect((await load({ flags: { config: path } })).mqtt?.topics).toEqual(['work/#']);
  });

  test('XDG folders, a relative one ignored; an empty variable is not set', async () => {
    const settings = await load({ env: { XDG_STATE_HOME: '/state', XDG_CACHE_HOME: 'relative', NO_COLOR: '' } });
    expect([settings.stateDir, settings.cacheDir, settings.color]).toEqual([
      '/state/agent-sessions-monitor',
      `${home}/.cache/agent-sessions-monitor`,
      true,
    ]);
  });

  test('a section or a list whose lines are all comments sets nothing', async () => {
    const sections = [...Object.keys(configSchema.shape).filter((key) => key !== 'log_level'), ...shown];
    const empty = config(sections.map((key) => `${key}:\n  # key: value\n`).join(''));
    const configPath = (settings: Settings) => ({ ...settings, configPath: '', configText: null });
    const usual = configPath(await load());
    expect(configPath(await load({ flags: { config: empty } }))).toEqual(usual);
    const inside = config('jobs:\n  map:\n  dir: ~/jobs\nattention:\n  snooze:\n  # - one\nclaude:\n  roots:\n');
    const { jobs, attention, agents } = await load({ flags: { config: inside } });
    expect({ jobs, attention, agents }).toEqual({
      jobs: { ...usual.jobs, dir: join(home, 'jobs') },
      attention: usual.attention,
      agents: usual.agents,
    });
  });

  test.each([
    ['monitr:\n'],
    ['toString:\n'],
    ['log_level:\n'],
    ['registry:\n  path:\n'],
    ['monitor:\n  intervall: 10s\n'],
    ['monitor:\n  interval: 10\n'],
    ['monitor: { interval: 10ms }'],
    ['history: { keep: 12h }'],
    ['history: { keep: 99999d }'],
    ['monitor: { level: loud }'],
    ['registry: { register_pattern: "(" }'],
    ['registry: { register_pattern: "^x$" }'],
    ['a: [1'],
    ['<<: 1'],
    [
      'a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c]',
    ],
    ['- list'],
    ['judge: { url: "file:///x", model: m }'],
    ['judge: { url: "http://x", model: "" }'],
    ['registry: { path: { a: 1 } }'],
    ['tmux: { sockets: /tmp/one }'],
    [`tmux: { sockets: [/tmp/a, /tmp/${'x'.repeat(110)}] }`],
    ['stop: { phrases: ["genug, danke"] }'],
    ['stop: { phrases: ["!"] }'],
    ['monitor: { level: "loud }'],
    ['mqtt: { url: "http://lab" }'],
    ['mqtt: { prefix: "asm/+" }'],
    ['mqtt: { topics: ["asm/#/hint"] }'],
    ['jobs: { map: { topic: "jobs" } }'],
    ['jobs: { map: { states: { finished: over } } }'],
    ['jobs: { map: { states: [] } }'],
    ['jobs: { map: { states: { "": done } } }'],
    ['jobs: { map: { fields: { id: "" } } }'],
    ['page: { port: -1 }'],
    ['page: { port: 70000 }'],
    ['page: { port: 1e300 }'],
    ['page: { port: 80.5 }'],
    ['page: { port: http }'],
    ['page: { comments: sometimes }'],
    ['notify: [{ kind: mail }]'],
    ['notify: [{ name: mine }]'],
    ['notify: [desktop]'],
    ['notify: [{ kind: command, argv: [1] }]'],
    ['log_level: loud'],
    ['page: { port: 1 }\n---\npage: { port: 2 }'],
    ['page: *port'],
  ])('refuses %j with its place', async (text) => {
    const path = config(text);
    const error: unknown = await load({ flags: { config: path } }).catch((each: unknown) => each);
    expect(error).toMatchObject({ name: 'UsageError', code: 2 });
    const { message, where } = error instanceof Error && 'where' in error ? error : { message: '', where: '' };
    expect(`${message} @ ${String(where).replace(home, '~')}`).toMatchSnapshot();
  });

  test.each([
    ['#', 'mqtt://me:2024#s3cret@lab:1'],
    ['# at its end', 'mqtt://me:s3cret#@lab:1'],
    ['/', 'mqtt://me:2024/s3cret@lab:1'],
    ['/ at its end', 'mqtt://me:2024/@lab:1'],
    ['?', 'mqtt://me:2024?s3cret@lab:1'],
    ['@', 'mqtt://me:2024@s3cret@lab:1'],
    ['%', 'mqtt://me:2024%s3cret@lab:1'],
    ['% before two digits that are no letter', 'mqtt://me:2024%ffs3cret@lab:1'],
    ['a tab', 'mqtt://me:2024\ts3cret@lab:1'],
    ['# in the name', 'mqtts://m#2024:s3cret@lab:1'],
  ])('a broker whose password is not percent-encoded is refused, and no part of it is said: %s', async (_, url) => {
    const path = config(`mqtt: { url: ${JSON.stringify(url)} }`);
    for (const sources of [{ env: { AGENT_SESSIONS_MQTT_URL: url } }, { flags: { config: path } }]) {
      const error: unknown = await load(sources).catch((each: unknown) => each);
      if (!(error instanceof UsageError)) throw new Error('not refused');
      const shown = [...errorLines(error), String(error), error.stack].join('\n').replaceAll(home, '~');
      expect(shown).toContain('%23 for a #');
      expect(shown).not.toMatch(/2024|s3cret/);
    }
  });

  test.each([
    ['mqtt://lab'],
    ['MQTTS://lab:8883/'],
    ['mqtt://me@lab'],
    ['mqtt://me:a%23b%2Fc%3Fd%40e%25@lab:1883'],
    ['mqtt://me:pässwörd:with a blank@[::1]:1883'],
  ])('an address that names a broker and nothing else is taken: %s', async (url) => {
    expect((await load({ env: { AGENT_SESSIONS_MQTT_URL: url } })).mqtt?.url).toBe(url);
  });

  test('a named file that is missing, and a usual one that is a folder, are refused', async () => {
    await expect(load({ flags: { config: 'none.yaml' } })).rejects.toMatchObject({
      code: 2,
      message: 'the config cannot be read (ENOENT)',
      where: '/some/where/none.yaml',
    });
    mkdirSync(join(home, '.config/agent-sessions-monitor/config.yaml'), { recursive: true });
    await expect(load()).rejects.toMatchObject({ code: 2, message: 'the config cannot be read (no regular file)' });
  });

  test('an empty file sets nothing', async () => {
    const path = config('# nothing\n');
    const configText = { path, hash: hashOf('# nothing\n') };
    expect(await load({ flags: { config: path } })).toEqual({ ...(await load()), configPath: path, configText });
  });

  test('a program that is not on the PATH is named as it was started', async () => {
    const program = ['/usr/bin/node', '/opt/my tools/cli.js'];
    const named = async (env: Record<string, string>) => (await load({ program, env })).registry.program;
    const name = 'agent-sessions-monitor';
    expect(await named({ PATH: join(home, 'bin') })).toEqual(program);
    mkdirSync(join(home, 'bin'));
    writeFileSync(join(home, 'bin', name), '#!/bin/sh\n', { mode: 0o755 });
    expect(await named({ PATH: `/nowhere:${join(home, 'bin')}` })).toEqual([name]);
    const place = { path: '/r.yaml', isUsual: false, program };
    expect(shellCommand(place, 'resume')).toBe("/usr/bin/node '/opt/my tools/cli.js' --registry /r.yaml resume");
  });
});
