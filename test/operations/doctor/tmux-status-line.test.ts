import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { statusLineFinding, tmuxSnippet } from '../../../src/operations/doctor/tmux-status-line.ts';
import { until } from '../../e2e/private-world.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'asm-tmux-line-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const text = '2 need you · 5 working';
const odd = [
  'plain',
  'with blanks',
  'a#b',
  'a#(touch x)b',
  '50%H%%',
  "o'clock",
  'a"b',
  '$HOME',
  '`id`',
  'a)b',
  'a\\b',
  'a;b',
  '店舗',
  '🚀 on',
  '~',
  '!x',
];

function lineIn(name: string): string {
  const path = join(folder, name, 'line');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`);
  return path;
}

function age(path: string, minutes: number): void {
  const seconds = Date.now() / 1_000 - minutes * 60;
  utimesSync(path, seconds, seconds);
}

const command = (path: string): string => tmuxSnippet(path).replace(/^#\(/, '').replace(/\)$/, '');
const sh = (path: string): string => spawnSync('sh', ['-c', command(path)], { encoding: 'utf8' }).stdout;

test('doctor shows the line to paste', () => {
  expect(statusLineFinding('/home/me/.local/state/agent-sessions-monitor/0123abcd')).toEqual({
    id: 'status-line',
    ok: true,
    message:
      "who needs you, in tmux: set -g status-right '#(find /home/me/.local/state/agent-sessions-monitor/0123abcd/line -mmin -6 -exec cat {} + 2>/dev/null)'",
    cure: null,
  });
});

describe('a shell shows the line only while it is young', () => {
  test.each(odd)('%s', (name) => {
    const path = lineIn(name);
    expect(sh(path)).toBe(`${text}\n`);
    age(path, 7);
    expect(sh(path)).toBe('');
    rmSync(path);
    expect(sh(path)).toBe('');
  });
});

test('tmux shows it, whatever is in the path, and no more once it is old', async () => {
  const run = (socket: string, ...words: string[]): string =>
    spawnSync('tmux', ['-u', '-S', join(folder, socket), ...words], { encoding: 'utf8', timeout: 60_000 }).stdout;
  const config = join(folder, 'tmux.conf');
  const configure = (path: string): void =>
    writeFileSync(
      config,
      `set -g status-interval 1\nset -g status-right-length 60\nset -g status-right '${tmuxSnippet(path)}'\n`,
    );
  // tmux runs the commands of a status line only for a terminal: the pane of another tmux.
  const shown = (): boolean => run('outer', 'capture-pane', '-p', '-t', 'outer').includes(text);
  try {
    configure(lineIn('plain'));
    run('inner', '-f', config, 'new-session', '-d', '-s', 'inner', 'sleep 600');
    const attach = `TMUX= exec tmux -u -S '${join(folder, 'inner')}' attach`;
    run('outer', '-f', '/dev/null', 'new-session', '-d', '-s', 'outer', '-x', '120', '-y', '20', attach);
    for (const name of ['plain', 'with blanks', 'a#(touch x)b', '50%H%%', "o'clock", 'a)b']) {
      const path = lineIn(name);
      configure(path);
      run('inner', 'source-file', config);
      await until(`tmux to show the line in ${name}`, shown);
      age(path, 7);
      await until(`tmux to show nothing of ${name}`, () => !shown());
    }
  } finally {
    run('outer', 'kill-server');
    run('inner', 'kill-server');
  }
}, 180_000);
