import { expect, test } from 'vitest';
import { deadPids } from '../../core/world.ts';
import { ownCard, served } from '../fake-server.ts';

const registry = 'sessions:\n  shop: { agent: claude, status: running, pane: { pid: 9001, cmd: claude } }\n';

test('returns with the news of its first pass, and with none when time is up', async () => {
  const { call, read } = served({ registry, sees: { panes: deadPids(9001) } });
  expect(await call('wait_for_drift', { max_seconds: '9' })).toBe(
    'shop: tmux gone (was pane 9001, cmd claude). Marked terminated.\n0 alive, 1 gone, 0 unknown',
  );
  expect(read()).toContain('status: terminated');
  expect(await call('wait_for_drift', { max_seconds: 0 })).toBe('no drift');
});

test('ends the run at a stop comment', async () => {
  const { call, board } = served();
  expect(await call('wait_for_drift', { max_seconds: 0 })).toBe('no drift');
  await board.comment(ownCard, 'stop monitoring', AbortSignal.timeout(1_000));
  expect(await call('wait_for_drift', { max_seconds: 0 })).toMatch(/^stopped: stop-requested by user at /);
});

test('returns a comment that needs judgement', async () => {
  const { call, board } = served();
  await call('wait_for_drift', { max_seconds: 0 });
  await board.comment(ownCard, 'stop monitoring the second session', AbortSignal.timeout(1_000));
  expect(await call('wait_for_drift', { max_seconds: 0 })).toBe(
    'a comment needs judgement: stop monitoring the second session',
  );
});

test('a registry that cannot be read ends nothing: it is said when time is up', async () => {
  const answer = await served({ registry: 'sessions: [\n' }).call('wait_for_drift', { max_seconds: 0 });
  expect(answer.split('\n')).toEqual([
    expect.stringMatching(/^Registry unreadable: .* Nothing is written\. Cure: mend that line\.$/),
    expect.stringMatching(/^the registry cannot be read: /),
    expect.stringMatching(/registry\.yaml:\d+:\d+$/),
    'mend that line',
  ]);
});
