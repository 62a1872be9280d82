import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkPlugin } from '../../../src/hermes/doctor/check-plugin.ts';
import { hermesHome } from '../../../src/hermes/hermes-home.ts';
import { fakeContext } from '../../operations/fake-context.ts';

const sources = fileURLToPath(new URL('../../../src/hermes/plugin', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asm-plugin-'));
  file('dist/cli.js', '');
  cpSync(sources, join(folder, 'dist/hermes-plugin'), { recursive: true });
  cpSync(sources, join(folder, 'plugins/agent-sessions'), { recursive: true });
  program(join(folder, 'dist/cli.js'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const program = (bundle: string): void =>
  file('plugins/agent-sessions/program.json', JSON.stringify({ command: [process.execPath, bundle], env: {} }));

async function found(config: string): Promise<string> {
  const context = {
    ...fakeContext({}).context,
    env: { HERMES_HOME: folder, PATH: '/nowhere' },
    program: [process.execPath, join(folder, 'dist/cli.js')],
  };
  const home = hermesHome(context, { root: null, profile: null });
  const findings = await checkPlugin({ context, home, config: { path: 'config.yaml', text: config } });
  return findings
    .map(({ ok, message, cure }) => `${ok} ${message} | ${cure}`)
    .join('\n')
    .replaceAll(folder, '~');
}

const on = 'plugins: { enabled: [agent-sessions] }\n';

test('all well', async () => {
  expect(await found(on)).toBe('true plugin ~/plugins/agent-sessions | null');
});

test('no plugin is no fault, a name that was left behind is', async () => {
  rmSync(join(folder, 'plugins'), { recursive: true });
  expect(await found('model: x\n')).toBe('');
  expect(await found(on)).toBe(
    'false config.yaml names the plugin agent-sessions, which is not there | asm setup --hermes-home ~ --plugin --uninstall',
  );
});

test('files that make no plugin are none', async () => {
  rmSync(join(folder, 'plugins/agent-sessions/plugin.yaml'));
  expect(await found('model: x\n')).toBe('');
  expect(await found(on)).toContain('which is not there | asm setup');
});

test('what is wrong behind a link is not cured by setup', async () => {
  renameSync(join(folder, 'plugins/agent-sessions'), join(folder, 'own'));
  rmSync(join(folder, 'own/program.json'));
  symlinkSync(join(folder, 'own'), join(folder, 'plugins/agent-sessions'));
  expect(await found(on)).toBe(
    'false ~/plugins/agent-sessions starts asm, which is nowhere on the PATH | it is a link: put asm on the PATH of Hermes, or bring what the link names up to date',
  );
});

test('off is what the user may want; only installed is not', async () => {
  expect(await found('plugins: { disabled: [agent-sessions] }\n')).toBe(
    'true the plugin agent-sessions is turned off | null',
  );
  expect(await found('model: x\n')).toBe(
    'false the plugin agent-sessions is not turned on | HERMES_HOME=~ hermes plugins enable agent-sessions --no-allow-tool-override',
  );
});

test('a program that is gone, and one that is nowhere', async () => {
  program('/gone/cli.js');
  expect(await found(on)).toContain('starts /gone/cli.js, which is not there any more | asm setup --hermes-home ~');
  rmSync(join(folder, 'plugins/agent-sessions/program.json'));
  expect(await found(on)).toContain('starts asm, which is nowhere on the PATH');
});

test('another version', async () => {
  file('plugins/agent-sessions/call.py', '# older\n');
  expect(await found(on)).toContain('is not of this version: call.py differs');
});
