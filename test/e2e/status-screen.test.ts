import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { childrenOf, PrivateWorld, program, until } from './private-world.ts';

/** A tmux server beside that of the agents: the terminal of the user who watches. */
const desk = 'desk';

let world: PrivateWorld;
beforeEach(async () => {
  world = new PrivateWorld();
  for (const name of ['blog', 'shop']) await world.openSession(`${name}-creator-claude`);
  await world.reconcile();
});
afterEach(() => {
  world.tmux(['kill-server'], desk);
  return world.close();
});

function openDesk(command: string): number {
  const words = ['new-session', '-d', '-P', '-F', '#{pane_pid}', '-s', desk, '-x', '90', '-y', '20', '-c', world.work];
  return Number(world.tmux([...words, command], desk).trim());
}

function press(...keys: string[]): void {
  world.tmux(['send-keys', '-t', desk, ...keys], desk);
}

const shows = (pattern: RegExp) =>
  until(`the screen to show ${String(pattern)}`, () =>
    pattern.exec(world.tmux(['capture-pane', '-p', '-t', desk], desk)),
  );

function modes(): string {
  const format = 'other screen #{alternate_on}, cursor #{cursor_flag}, wrap #{wrap_flag}';
  return world.tmux(['display-message', '-p', '-t', desk, format], desk).trim();
}

const command = `${process.execPath} ${program} status --watch`;
const shown = /SESSION[^]*shop-creator-claude[^]*2 sessions: 2 alive\nq: end · r: look now/;
const [away, back] = ['other screen 1, cursor 0, wrap 0', 'other screen 0, cursor 1, wrap 1'];

test('stays in place while nothing changes, and fits the window', async () => {
  openDesk(command);
  await shows(shown);
  const bytes = world.file('bytes', '');
  world.tmux(['pipe-pane', '-t', desk, `cat >> ${bytes}`], desk);
  press('r');
  const repainted = await until('the repaint', () => statSync(bytes).size || null);
  press('x');
  await world.openSession('lab-creator-claude');
  await world.reconcile();
  await shows(/lab-creator-claude/);
  // One line for the session and one each for what moved down: the whole page is never written again.
  const text = readFileSync(bytes, 'utf8').slice(repainted);
  expect(text).not.toContain('SESSION');
  expect(text).not.toContain('\u001b[2J');
  world.tmux(['resize-window', '-t', desk, '-x', '40', '-y', '5'], desk);
  expect((await shows(/SESSION[^]*more: make the window.*…/))[0].split('\n')).toHaveLength(5);
});

test('q, Ctrl-C and signals end it with the code of what it showed, and leave the terminal as it was', async () => {
  openDesk('exec bash --norc --noprofile');
  const sane = `stty -a > ${join(world.root, 'before')}`;
  press(`PS1='> '; ${sane}; clear`, 'Enter');
  await shows(/^> ?$/m);
  const ends: [string, () => void][] = [
    ['q', () => press('q')],
    ['Ctrl-C', () => press('C-c')],
    ...(['SIGTERM', 'SIGHUP'] as const).map((signal): [string, () => void] => [
      signal,
      () => process.kill(watcher(), signal),
    ]),
  ];
  for (const [name, end] of ends) {
    press(`${command}; echo "${name} $?"; stty -a > after`, 'Enter');
    await shows(shown);
    expect(modes()).toBe(away);
    end();
    await shows(new RegExp(`^${name} 0$`, 'm'));
    expect(modes()).toBe(back);
    const after = await until('stty', () => readFileSync(join(world.work, 'after'), 'utf8') || null);
    expect(after).toBe(readFileSync(join(world.root, 'before'), 'utf8'));
    press('clear', 'Enter');
  }
});

test('Ctrl-Z gives the terminal back until fg', async () => {
  openDesk('exec bash --norc --noprofile');
  press(command, 'Enter');
  await shows(shown);
  press('C-z');
  await shows(/Stopped/);
  expect(modes()).toBe(back);
  press('fg', 'Enter');
  await shows(shown);
  expect(modes()).toBe(away);
  press('q');
  await until('the other screen to be left', () => modes() === back);
});

/** Returns the pid of the program that runs in the desk's shell. */
function watcher(): number {
  const shell = Number(world.tmux(['display-message', '-p', '-t', desk, '#{pane_pid}'], desk));
  const [pid] = childrenOf(shell);
  if (pid === undefined) throw new Error('nothing runs there');
  return pid;
}
