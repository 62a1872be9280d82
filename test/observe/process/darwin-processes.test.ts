import { expect, test } from 'vitest';
import { parseSysctl } from '../../../src/observe/boot.ts';
import { darwinProcesses, type Ask } from '../../../src/observe/process/darwin-processes.ts';
import { never as signal } from '../../never.ts';

/** Processes as macOS prints them; nothing here was run on a real Mac. */
const ps = `    1     0     1     0 ??       Ss   Wed Jul  1 08:00:01 2026     /sbin/launchd
  501     1   501     0 ??       Ss   Wed Jul  1 08:10:00 2026     tmux: new-session -d -s shop-creator-claude
  600   501   600   610 ttys001  Ss   Wed Jul  1 09:00:00 2026     -zsh
  610   600   610   610 ttys001  S+   Wed Jul  1 09:00:05 2026     claude --resume 87dc548e-1c1f-4e0c-9d55-0c7a4b1e2f63
  611   610   610   610 ttys001  S+   Wed Jul  1 09:00:06 2026     /usr/local/bin/node /Users/me/plugin server.js
  620   501   620     0 ??       Z    Wed Jul  1 09:00:07 2026     (agy)
  700     1   700   700 ttys002  Ss+  Wed Jul  1 09:10:00 2026     tmux attach
`;
const folders = 'p610\nfcwd\nn/Users/me/lab/landing page\n';
const sockets = 'p501\nf6\nn/private/tmp/tmux-501/default\nn->0x1234\n';

function look(answers: { readonly ps?: string | null; readonly sockets?: string | null } = {}) {
  const asked: string[] = [];
  const ask: Ask = (program, args) => {
    asked.push([program, ...args].join(' '));
    if (program === '/bin/ps') return Promise.resolve(answers.ps === undefined ? ps : answers.ps);
    if (args.includes('-U')) return Promise.resolve(answers.sockets === undefined ? sockets : answers.sockets);
    return Promise.resolve(folders);
  };
  return { asked, ...darwinProcesses(2_000, ask).look(signal) };
}

test('the tree of a pane, from one ps, and one lsof for the folders of its agents', async () => {
  const { trees, asked, spawns } = look();
  const seen = (await trees([600, 4_242])).get(600);
  if (seen === undefined || 'blind' in seen) throw new Error('blind');
  expect(seen.known.parentIsTmux).toBe(true);
  expect(seen.known.root).toMatchObject({ pid: 600, processGroup: 600, foregroundGroup: 610, tty: 1, argv: ['-zsh'] });
  expect(seen.known.descendants.map(({ pid, argv, cwd }) => [pid, argv[0], cwd])).toEqual([
    [610, 'claude', '/Users/me/lab/landing page'],
    [611, '/usr/local/bin/node', null],
  ]);
  expect(seen.known.descendants[0]).toMatchObject({ start: 'Wed Jul 1 09:00:05 2026', folders: {} });
  expect(asked).toEqual([
    '/bin/ps -axww -o pid=,ppid=,pgid=,tpgid=,tty=,state=,lstart=,args=',
    '/usr/sbin/lsof -a -d cwd -p 610 -Fpn',
  ]);
  expect(spawns()).toBe(2);
});

test('a process that is not there, and a zombie, do not live', async () => {
  const trees = await look().trees([620, 4_242]);
  for (const pid of [620, 4_242]) {
    expect(trees.get(pid)).toEqual({ known: { root: null, parentIsTmux: false, descendants: [] } });
  }
});

test('which server is behind a socket: the one that holds it, or any where lsof does not tell', async () => {
  expect(await look().serversBehind('/private/tmp/tmux-501/default')).toEqual({ known: [501] });
  expect(await look().serversBehind('/private/tmp/tmux-501/other')).toEqual({ known: [] });
  expect(await look({ sockets: null }).serversBehind('/private/tmp/tmux-501/other')).toEqual({ known: [501] });
  expect(await look({ ps: ps.replace(/.*new-session.*\n/, '') }).serversBehind('/x')).toEqual({ known: [] });
});

test('a ps that does not answer is blindness, not death', async () => {
  const blind = { blind: 'ps does not answer', cure: 'try: /bin/ps -ax' };
  expect([...(await look({ ps: null }).trees([600])).values()]).toEqual([blind]);
  expect(await look({ ps: null }).serversBehind('/x')).toEqual(blind);
  expect(await look({ ps: null }).startOf(600)).toBeNull();
});

test('a list that is not as expected is blindness too: no words, other words, another language', async () => {
  const blind = {
    blind: 'ps does not answer as expected',
    cure: 'see: /bin/ps -ax -o pid=,ppid=,pgid=,tpgid=,tty=,state=,lstart=,args=',
  };
  const german = ps.replaceAll(/Wed Jul {2}1 (\S+) 2026/g, 'Mi  1 Jul $1 2026');
  for (const text of ['', 'ps: illegal option -- o\n', german, ps.split('\n').slice(1).join('\n')]) {
    expect([...(await look({ ps: text }).trees([600])).values()]).toEqual([blind]);
    expect(await look({ ps: text }).serversBehind('/x')).toEqual(blind);
  }
});

test('where nothing is asked nothing is started', async () => {
  const { trees, asked } = look();
  expect(await trees([])).toEqual(new Map());
  expect(asked).toEqual([]);
});

test('the boot', () => {
  const text =
    'kern.bootsessionuuid: 5A1B2C3D-0000-1111-2222-333344445555\n' +
    'kern.boottime: { sec = 1782892800, usec = 214365 } Wed Jul  1 08:00:00 2026\n';
  expect(parseSysctl(text)).toEqual({
    known: { id: '5A1B2C3D-0000-1111-2222-333344445555', bootedAt: 1_782_892_800_000 },
  });
  expect(parseSysctl('')).toMatchObject({ blind: 'the kernel does not tell when it booted' });
});
