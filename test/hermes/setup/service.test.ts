import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/operations/context.ts';
import { setup } from '../../../src/operations/setup.ts';
import { answers, fakeContext, settings } from '../../operations/fake-context.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'asm-service-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const unit = (): string => join(folder, '.config/systemd/user/agent-sessions-monitor.service');

async function asked(values: Record<string, string | boolean>, change: Partial<Context> = {}): Promise<string> {
  const context = {
    ...fakeContext({}).context,
    home: folder,
    env: {
      PATH: '/usr/bin:/home/me/100%/bin',
      HERMES_HOME: '/home/me/.hermes',
      CLAUDE_CONFIG_DIR: '/home/me/.claude two',
      AGENT_SESSIONS_MQTT_PASSWORD: 'secret',
    },
    program: ['/usr/bin/node', '/opt/$it/cli.js'],
    settings: { ...settings, configPath: '/home/me/config.yaml' },
    ...change,
  };
  const [answer] = await answers(setup, context, { values: { service: true, ...values } });
  return (answer?.text ?? '').replaceAll(folder, '~');
}

describe('setup --service', () => {
  test('prints a unit that carries all that a run depends on, and no secret', async () => {
    expect(await asked({ card: 't_1', 'hermes-board': 'lab', 'hermes-home': '/srv/hermes' })).toMatchInlineSnapshot(`
      "# written by \`asm setup --service\`, sha256 of what follows: d1d5df08fce969d9
      [Unit]
      Description=agent-sessions-monitor: watches tmux coding-agent sessions

      [Service]
      Environment="PATH=/usr/bin:/home/me/100%%/bin"
      Environment="HERMES_HOME=/srv/hermes"
      Environment="CLAUDE_CONFIG_DIR=/home/me/.claude two"
      Environment="AGENT_SESSIONS_YAML=/home/me/registry.yaml"
      Environment="AGENT_SESSIONS_MONITOR_STATE_DIR=/nowhere/state"
      Environment="AGENT_SESSIONS_MONITOR_CONFIG=/home/me/config.yaml"
      PassEnvironment=AGENT_SESSIONS_MQTT_URL AGENT_SESSIONS_MQTT_USER AGENT_SESSIONS_MQTT_PASSWORD
      ExecStart="/usr/bin/node" "/opt/$$it/cli.js" "monitor" "--board" "hermes" "--card" "t_1" "--hermes-board" "lab"
      # A run that is over, or paused by a signal, ends with 0 and is left so. A board or a registry that cannot be
      # reached at the start (5, 3) is tried again every 30 s, for as long as it takes.
      Restart=on-failure
      RestartSec=30
      # What a notifier started, such as a terminal or a tmux server, goes on.
      KillMode=process
      # A wrong command line, and another monitor that watches already: a person has to decide.
      RestartPreventExitStatus=2 6

      [Install]
      WantedBy=default.target"
    `);
    expect(existsSync(unit())).toBe(false);
  });

  test('--yes writes it, and writes a newer one over it; --uninstall takes exactly it out', async () => {
    expect(await asked({ card: 't_1', yes: true })).toContain('agent-sessions-monitor.service: written');
    await asked({ card: 't_2', yes: true });
    expect(readFileSync(unit(), 'utf8')).toContain('"--card" "t_2"');
    expect(await asked({ uninstall: true, print: true })).toContain('would be taken out');
    expect(existsSync(unit())).toBe(true);
    expect(await asked({ uninstall: true })).toContain('taken out');
    expect(existsSync(unit())).toBe(false);
    expect(await asked({ uninstall: true })).toContain('nothing to change');
  });

  test('a unit that is not ours, or was changed since, is left alone', async () => {
    await asked({ card: 't_1', yes: true });
    for (const text of ['[Service]\n', readFileSync(unit(), 'utf8').replace('RestartSec=30', 'RestartSec=5')]) {
      mkdirSync(dirname(unit()), { recursive: true });
      writeFileSync(unit(), text);
      for (const values of [{ card: 't_1', yes: true }, { uninstall: true }]) {
        await expect(asked(values)).rejects.toMatchObject({
          code: 5,
          message: 'nothing was done: that unit was not written by asm setup, or was changed since',
          where: unit(),
        });
      }
      expect(readFileSync(unit(), 'utf8')).toBe(text);
    }
  });

  test("a home that is named from here is named for systemd's own folder too", async () => {
    expect(await asked({ card: 't_1', 'hermes-home': 'my-home' })).toContain(`"HERMES_HOME=${resolve('my-home')}"`);
  });

  test('without a card there is nothing to work', async () => {
    await expect(asked({ yes: true })).rejects.toMatchObject({ code: 2, where: '--card' });
  });
});
