import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { setStage } from '../../src/operations/demo/stage.ts';
import { fakeContext } from './fake-context.ts';

test('the stage of the demo has its own tmux server, and leaves neither process nor file', async () => {
  const { context } = fakeContext({});
  const stage = await setStage({ ...context, env: process.env });
  const panes = (): string =>
    execFileSync('tmux', ['-L', 'default', 'list-panes', '-a', '-F', '#{session_name} #{pane_pid}'], {
      env: { PATH: process.env['PATH'], TMUX_TMPDIR: stage.folder },
      encoding: 'utf8',
    });
  await stage.openSession('shop-creator-claude', 'claude');
  await stage.openSession('blog-creator-agy', 'agy');
  await stage.killSession('blog-creator-agy');
  const [name, pid] = panes().trim().split(' ');
  expect(name).toBe('shop-creator-claude');
  // An ended process that init has not taken note of yet has no words any more.
  const words = (): string => (existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '');
  await expect.poll(() => words().split('\0')[0]).toBe(`${stage.folder}/claude`);
  await stage.clear();
  expect(existsSync(stage.folder)).toBe(false);
  await expect.poll(words, { timeout: 30_000 }).toBe('');
});
