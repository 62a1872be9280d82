import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/operations/context.ts';
import { checkService } from '../../../src/hermes/doctor/check-service.ts';
import { setup } from '../../../src/operations/setup.ts';
import { pipeAt } from '../../observe/scratch.ts';
import { answers, fakeContext, settings } from '../../operations/fake-context.ts';

let folder: string;
let node: string;
let bundle: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'asm-service-'));
  node = file('node 20%/bin/node', '#!/bin/sh\n');
  bundle = file('it $HOME/dist/cli.js', '');
  file('bin/hermes', '#!/bin/sh\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(path: string, text: string): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  chmodSync(full, 0o755);
  return full;
}

function context(): Context {
  return {
    ...fakeContext({}).context,
    home: folder,
    env: { PATH: join(folder, 'bin') },
    program: [node, bundle],
    settings: { ...settings, hermes: { command: 'hermes' } },
  };
}

const unitPath = (): string => join(folder, '.config/systemd/user/agent-sessions-monitor.service');

async function install(values: Record<string, string> = {}): Promise<void> {
  await answers(setup, context(), { values: { service: true, yes: true, card: 't_1', ...values } });
}

async function found(): Promise<string> {
  const lines = (await checkService(context())).map(({ ok, message, cure }) => `${ok} ${message}\n${cure ?? ''}`);
  return lines.join('\n').trim().replaceAll(folder, '~');
}

describe('a unit of setup --service', () => {
  test('nothing is said where there is none, or only those of others', async () => {
    expect(await found()).toBe('');
    file('.config/systemd/user/other.service', '[Service]\nExecStart=/gone\n');
    expect(await found()).toBe('');
  });

  test('all that it starts is there', async () => {
    await install();
    expect(await found()).toBe(
      `true service ~/.config/systemd/user/agent-sessions-monitor.service: what it starts is there`,
    );
  });

  test('a node that moved is named, and what writes the unit anew', async () => {
    await install({ 'hermes-board': 'lab', 'hermes-home': '/srv/my hermes' });
    rmSync(node);
    expect(await found()).toBe(
      'false service ~/.config/systemd/user/agent-sessions-monitor.service: it starts ~/node 20%/bin/node, which is not there any more\n' +
        "write it anew: asm setup --service --card t_1 --hermes-board lab --hermes-home '/srv/my hermes' --yes; " +
        'then: systemctl --user daemon-reload; systemctl --user restart agent-sessions-monitor.service',
    );
    symlinkSync('nowhere', node);
    expect(await found()).toContain('it starts ~/node 20%/bin/node');
  });

  test('so is a package that is gone, and a hermes that left its PATH', async () => {
    await install();
    rmSync(join(folder, 'bin/hermes'));
    expect(await found()).toContain('its PATH leads to no hermes');
    rmSync(bundle);
    expect(await found()).toContain('it starts ~/it $HOME/dist/cli.js, which is not there any more');
  });

  test('one that was changed, or copied for another card, is read as systemd reads it', async () => {
    await install();
    const text = readFileSync(unitPath(), 'utf8').replace(
      /^ExecStart=.*$/m,
      'ExecStart=-%h/bin/gone \\\n  monitor --card t_2',
    );
    writeFileSync(join(dirname(unitPath()), 'agent-sessions-monitor-2.service'), text);
    expect(await found()).toContain(
      'agent-sessions-monitor-2.service: it starts ~/bin/gone, which is not there any more\n' +
        'mend it, or write it anew: asm setup --service --card t_2 >~/.config/systemd/user/agent-sessions-monitor-2.service',
    );
  });

  test('one that is masked, or a pipe, starts nothing; it is not waited for, and setup leaves it alone', async () => {
    mkdirSync(dirname(unitPath()), { recursive: true });
    symlinkSync('/dev/null', unitPath());
    expect(await found()).toContain('it starts nothing, or cannot be read');
    expect(await found()).toContain('move it away, and write it anew: asm setup --service');
    await expect(install()).rejects.toMatchObject({ code: 5, where: unitPath() });
    expect(readFileSync(unitPath(), 'utf8')).toBe('');
    rmSync(unitPath());
    pipeAt(unitPath());
    expect(await found()).toContain('it starts nothing, or cannot be read');
  });

  test('one that has failed is told, where systemd says so', async () => {
    await install();
    file('bin/systemctl', '#!/bin/sh\necho failed\n');
    expect(await found()).toContain('it has failed\njournalctl --user -u agent-sessions-monitor.service says why');
  });
});
