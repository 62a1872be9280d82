import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { childrenOf, isAlive, PrivateWorld, until } from './private-world.ts';

/** A monitor as a job of an interactive shell. */

let world: PrivateWorld;
let shell: number;
beforeEach(() => {
  world = new PrivateWorld();
  shell = world.openPane(['-s', 'sh', '-x', '200', '-y', '50', 'bash', '--norc', '--noprofile', '-i'], 'default');
  // The server outlives that shell.
  world.openPane(['-s', 'keep', 'sleep', '3600'], 'default');
});
afterEach(() => world.close());

const press = (...keys: string[]) => world.tmux(['send-keys', '-t', '=sh:', ...keys]);
const screen = () => world.tmux(['capture-pane', '-p', '-t', '=sh:']);

async function started(command: string): Promise<{ readonly pid: number; readonly card: string }> {
  press(command, 'Enter');
  const pid = await until('the monitor', () => childrenOf(shell)[0]);
  const card = await until('the card', async () => {
    const { code, stdout } = await world.run(['card', '--json']);
    const { task } = code === 0 ? JSON.parse(stdout) : { task: null };
    return task?.run?.pid === pid && task.id;
  });
  return { pid, card };
}

const stateOf = (pid: number) => /^State:\t(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];

test('in the background it is not stopped by what is typed for the shell, and in the foreground it takes lines', async () => {
  const { pid, card } = await started('agent-sessions-monitor monitor --interval 1s &');
  await until('it to listen', () => screen().includes('a line that you type is your comment'));
  press('echo $((6*7))1', 'Enter');
  await until('the shell to answer', () => screen().includes('\n421\n'));
  // A stopped one writes no comment.
  await world.run(['comment', 'please stop the build']);
  await until('it to ask back', async () => (await world.comments(card)).length === 2);
  press('fg', 'Enter');
  await until('fg', () => screen().trimEnd().endsWith('agent-sessions-monitor monitor --interval 1s'));
  press('a line for the card', 'Enter');
  await until('the comment', async () => (await world.comments(card)).includes('a line for the card'));

  press('C-z');
  await until('Ctrl-Z', () => stateOf(pid) === 'T');
  press('bg', 'Enter');
  await until('bg', () => stateOf(pid) !== 'T');
  press('echo $((6*7))2', 'Enter');
  await until('the shell to answer again', () => screen().includes('\n422\n'));
  await world.run(['comment', 'stop monitoring']);
  await until('the end', () => !isAlive(pid));
  expect((await world.comments(card)).slice(2)).toEqual([
    'a line for the card',
    'stop monitoring',
    'no drift was found in this run.',
  ]);
});

test('nohup counts: the end of the terminal does not pause it', async () => {
  const { pid, card } = await started('nohup agent-sessions-monitor monitor --interval 1s >/dev/null 2>&1 &');
  world.tmux(['kill-session', '-t', '=sh']);
  await until('the shell to end', () => !isAlive(shell));
  process.kill(pid, 'SIGHUP');
  await world.run(['comment', 'stop monitoring']);
  await until('the end', () => !isAlive(pid));
  expect(await world.comments(card)).toEqual(['stop monitoring', 'no drift was found in this run.']);
});
