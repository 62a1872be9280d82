import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostAnswer } from '../../../src/hermes/setup/answers.ts';
import type { Context } from '../../../src/operations/context.ts';
import { setup } from '../../../src/operations/setup.ts';
import { answers, fakeContext, settings } from '../fake-context.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'asm-clients-')));
  path = join(folder, '.config/Code/User/mcp.json');
  mkdirSync(dirname(path), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const bytes = (file = path): string => readFileSync(file, 'latin1');

async function asked(values: Record<string, string | boolean>, change: Partial<Context> = {}) {
  const context = {
    ...fakeContext({}).context,
    home: folder,
    program: ['/opt/node 20/bin/node', '/opt/it/dist/cli.js'],
    settings: { ...settings, stateDir: join(folder, 'state') },
    env: { HOME: folder, PATH: '/usr/bin:/bin' },
    ...change,
  };
  const [answer] = await answers(setup, context, { values });
  return answer?.json;
}

/** What `code --add-mcp` writes. */
async function entry(): Promise<string> {
  const { file } = hostAnswer.parse(await asked({ client: 'vscode' }));
  return JSON.stringify(JSON.parse(file.text).servers.agent_sessions_monitor);
}

/** VS Code has no command that takes a server out: there this program edits the file itself. */
const takenOut = () => asked({ client: 'vscode', uninstall: true });

describe('every other byte of the file stays', () => {
  test.each([
    ['comments', '// mine\n{\n  /* a */ "servers": { // b\n    "x": {},OURS\n    // c\n  } // d\n}\n// e\n', '\n    '],
    ['a comma behind the last', '{\n  "servers": {\n    "x": {},OURS,\n  },\n}\n', '\n    '],
    ['line ends of Windows', '{\r\n\t"servers": {\r\n\t\t"x": {},OURS\r\n\t}\r\n}\r\n', '\r\n\t\t'],
    ['no line end at the end', '{"servers": {"x": {},OURS}}', ''],
    ['a byte order mark', '\ufeff{"servers": {"x": {},OURS}}\n', ''],
    ['letters of all kinds, and escapes', '{"a": "ä\\u00e4 😀 \\"}", "servers": {"é": {},OURS}}\n', ''],
    ['more than a megabyte', `{"a": "${'x'.repeat(1 << 20)}", "servers": {"x": {},OURS}}\n`, ''],
  ])('%s', async (_, text, space) => {
    writeFileSync(path, text.replace('OURS', `${space}"agent_sessions_monitor": ${await entry()}`));
    expect(await takenOut()).toMatchObject({ change: 'changed' });
    const [before = '', after = ''] = text.split('OURS');
    // The comma goes with the entry: the one behind it, else the one before.
    const rest = after.startsWith(',') ? before + after.slice(1) : before.slice(0, -1) + after;
    expect(readFileSync(path, 'utf8')).toBe(rest);
  });

  test('a link stays a link, and the mode stays', async () => {
    const real = join(folder, 'dotfiles.json');
    writeFileSync(real, `{"servers": {"agent_sessions_monitor": ${await entry()}}}`, { mode: 0o600 });
    symlinkSync(real, path);
    await takenOut();
    expect([lstatSync(path).isSymbolicLink(), statSync(real).mode & 0o777, bytes(real)]).toEqual([
      true,
      0o600,
      '{"servers": {}}',
    ]);
    chmodSync(real, 0o640);
    writeFileSync(real, `{"servers": {"agent_sessions_monitor": ${await entry()}}}`);
    await takenOut();
    expect(statSync(real).mode & 0o777).toBe(0o640);
  });
});

describe('nothing is written', () => {
  test.each([
    ['it does not parse', '{"servers": {"agent_sessions_monitor": ENTRY'],
    [
      'a key stands twice',
      '{"servers": {"agent_sessions_monitor": ENTRY}, "servers": {"agent_sessions_monitor": ENTRY}}',
    ],
    ['it is not UTF-8', '{"servers": {"agent_sessions_monitor": ENTRY}, "a": "\xff"}'],
    ['it is a list', '[{"agent_sessions_monitor": ENTRY}]'],
  ])('where %s: that is said, with the path', async (_, text) => {
    writeFileSync(path, text.replaceAll('ENTRY', await entry()), 'latin1');
    const before = bytes();
    await expect(takenOut()).rejects.toMatchObject({ code: 2, where: path });
    expect(bytes()).toBe(before);
  });

  test.each(['mkfifo', 'mkdir'])('where something else stands in its place (%s)', async (make) => {
    execFileSync(make, [path]);
    await expect(takenOut()).rejects.toMatchObject({ code: 2, where: path });
  });

  test.each([
    ['something else is started', (text: string) => text.replace('cli.js', 'mine.js')],
    ['another registry is named', (text: string) => text.replace('registry.yaml', 'mine.yaml')],
    ['it is no entry', () => '"mine"'],
  ])('where an entry of that name is of the user: %s', async (_, edit) => {
    writeFileSync(path, `{"servers": {"agent_sessions_monitor": ${edit(await entry())}}}`);
    const before = bytes();
    const refused = { code: 5, where: path, message: expect.stringContaining('nothing was done') };
    await expect(takenOut()).rejects.toMatchObject(refused);
    await expect(asked({ client: 'vscode', yes: true })).rejects.toMatchObject(refused);
    expect(bytes()).toBe(before);
  });
});

describe('a host that would put the value of a variable into a path is not given that path', () => {
  test.each([
    ['claude-code', '/home/me/${A}', '/home/me/$A'],
    ['gemini', '/home/me/$A', '/home/me/$(A) $ 1'],
    ['copilot', '/home/me/$A', '/home/me/$(A)'],
    ['opencode', '/home/me/{env:A}', '/home/me/$A ${A}'],
  ])('%s: %s is refused, %s is not', async (client, bad, good) => {
    const on = (registry: string) => ({
      settings: { ...settings, stateDir: join(folder, 'state'), registry: { ...settings.registry, path: registry } },
    });
    await expect(asked({ client }, on(bad))).rejects.toMatchObject({
      code: 2,
      message: expect.stringContaining(`in place of ${bad.slice('/home/me/'.length)} in ${bad}`),
    });
    expect(await asked({ client }, on(good))).toMatchObject({ client });
  });
});
