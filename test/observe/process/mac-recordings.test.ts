import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSysctl } from '../../../src/observe/boot.ts';
import { darwinProcesses, type Ask } from '../../../src/observe/process/darwin-processes.ts';
import { parseLsof, parsePs } from '../../../src/observe/process/ps-list.ts';
import { scratchFolder } from '../scratch.ts';
import { bootTimes, lsofFolders, lsofOdd, lsofSockets, psRows } from './mac-recordings.ts';

function look({ folders = lsofFolders['4.91'], sockets = lsofSockets } = {}) {
  const ask: Ask = (program, args) =>
    Promise.resolve(program === '/bin/ps' ? psRows : args.includes('-U') ? sockets : folders);
  return darwinProcesses(2_000, ask).look(new AbortController().signal);
}

test('every process of the recorded list is read but the zombie, each with its own arguments', () => {
  const all = parsePs(psRows);
  expect(all.size).toBe(psRows.split('\n').length - 1);
  expect([...all.values()].map(({ pid, tty, argv }) => [pid, tty, argv.slice(0, 2).join(' ')])).toEqual([
    [1, null, '/sbin/launchd'],
    [600, null, '/opt/homebrew/bin/tmux new-session'],
    [11_925, 'ttys000', 'fish -c'],
    [11_950, 'ttys000', '/opt/homebrew/bin/fish -il'],
    [12_618, 'ttys000', 'claude -r'],
    [27_895, 'ttys000', 'caffeinate -i'],
    [8_017, null, '/bin/zsh -c'],
    [74_359, 'ttys011', 'fish -c'],
    [74_390, 'ttys011', 'claude --session-id'],
    [52_749, null, '/Users/me/Library/Caches/Google Chrome'],
    [62_019, null, 'claude'],
    [900, 'ttys000', 'node -e'],
  ]);
  expect(all.get(52_749)?.start).toBe('Fri Oct 2 16:52:02 2026');
});

test.each(['4.91', '4.99'] as const)('the agents in two panes, and their folders by lsof %s', async (version) => {
  const trees = await look({ folders: lsofFolders[version] }).trees([11_925, 74_359]);
  const seen = [...trees.values()].map((tree) => {
    if ('blind' in tree) throw new Error(tree.blind);
    const agents = tree.known.descendants.filter(({ argv }) => argv[0] === 'claude');
    return [tree.known.parentIsTmux, ...agents.map(({ pid, foregroundGroup, cwd }) => [pid, foregroundGroup, cwd])];
  });
  expect(seen).toEqual([
    [true, [12_618, 12_618, '/Users/me/landing page']],
    [true, [74_390, 74_359, '/private/tmp/lab']],
  ]);
});

test('lsof says the same of odd folders in every locale', () => {
  const names = [...parseLsof(lsofOdd.C).values()];
  expect(names).toEqual([['/tmp/café 🦀'], ['/tmp/nl\nx'], ['/tmp/\\x41 back\\slash']]);
  expect([...parseLsof(lsofOdd.UTF).values()]).toEqual(names);
});

test('a folder comes back as it was, whatever bytes a service prints of it', () => {
  const printed = (name: string): string =>
    [...new TextEncoder().encode(name)]
      .map((byte) => {
        const letter = String.fromCharCode(byte);
        if (letter === '\\') return '\\\\';
        if (letter === '\n') return '\\n';
        return byte < 32 || byte > 126 ? `\\x${byte.toString(16).padStart(2, '0')}` : letter;
      })
      .join('');
  const name = fc.string({ unit: fc.constantFrom('a', '\\', 'x', '4', '1', 'n', '\n', 'é', '工', '🦀', ' ') });
  fc.assert(
    fc.property(name, (one) => {
      expect(parseLsof(`p1\nn/${printed(one)}\n`).get(1)).toEqual([`/${one}`]);
    }),
  );
});

test('a process without arguments, or with what looks like a line, takes no line of another one', () => {
  const row = (pid: number, args: string): string =>
    `${String(pid).padStart(5)}     1   ${pid}    0 ??       S    Fri Oct  2 08:30:00 2026${args}`;
  const forged = `     a \u2028${row(666, '     tmux')}`;
  for (const args of ['', ' ', '     ', forged]) {
    const read = parsePs([row(10, args), row(11, '     second'), row(12, '     third')].join('\n'));
    expect([...read.keys()]).toEqual([10, 11, 12]);
    expect(read.get(11)?.argv).toEqual(['second']);
  }
});

test('the socket behind /tmp, which macOS keeps in /private, is the one that lsof names', async () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'private/tmp/tmux-501'), { recursive: true });
  symlinkSync(join(folder, 'private/tmp'), join(folder, 'tmp'));
  const sockets = lsofSockets.replace('/private/tmp', join(folder, 'private/tmp'));
  const behind = (path: string) => look({ sockets }).serversBehind(join(folder, path));
  expect(await behind('tmp/tmux-501/default')).toEqual({ known: [600] });
  expect(await behind('private/tmp/tmux-501/default')).toEqual({ known: [600] });
  expect(await behind('tmp/tmux-501/other')).toEqual({ known: [] });
});

test('the boot, by every form in which sysctl told it; 0 is no time', () => {
  const id = '5A1B2C3D-0000-1111-2222-333344445555';
  for (const [text, bootedAt] of bootTimes)
    expect(parseSysctl(`kern.bootsessionuuid: ${id}\n${text}\n`)).toEqual({ known: { id, bootedAt } });
  const none = `kern.bootsessionuuid: ${id}\nkern.boottime: { sec = 0, usec = 0 } Thu Jan  1 01:00:00 1970\n`;
  expect(parseSysctl(none)).toMatchObject({ blind: 'the kernel does not tell when it booted' });
});
