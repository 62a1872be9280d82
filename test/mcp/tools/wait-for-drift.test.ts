import { expect, test } from 'vitest';
import {
  aPane,
  aProcess,
  aSession,
  aTree,
  claudeLive,
  claudeLook,
  deadPids,
  defaultSocket,
  listed,
  longAgo,
  trees,
} from '../../core/world.ts';
import { askBack } from '../../../src/core/words/messages.ts';
import { ownCard, served } from '../fake-server.ts';
import { never } from '../../never.ts';

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
  await board.comment(ownCard, 'stop monitoring', never);
  expect(await call('wait_for_drift', { max_seconds: 0 })).toMatch(/^stopped: stop-requested by user at /);
});

test('returns a comment that needs judgement', async () => {
  const { call, board } = served();
  await call('wait_for_drift', { max_seconds: 0 });
  await board.comment(ownCard, 'stop monitoring the second session', never);
  expect(await call('wait_for_drift', { max_seconds: 0 })).toBe(
    'a comment needs judgement: stop monitoring the second session',
  );
});

test.each(['drift', 'silent'] as const)(
  'each such comment once, however soon after another: level %s',
  async (level) => {
    const { call, board, comments } = served({ monitor: { level } });
    const asked = ['please stop the build', 'stop monitoring the second session'];
    await call('wait_for_drift', { max_seconds: 0 });
    for (const body of asked) {
      await board.comment(ownCard, body, never);
      expect(await call('wait_for_drift', { max_seconds: 0 })).toBe(`a comment needs judgement: ${body}`);
      expect(await call('wait_for_drift', { max_seconds: 0 })).toBe('no drift');
    }
    const asksBack = (await comments()).filter((body) => !asked.includes(body));
    expect(asksBack).toEqual(level === 'silent' ? [] : [askBack()]);
  },
);

test('a registry that cannot be read ends nothing: it is said when time is up', async () => {
  const answer = await served({ registry: 'sessions: [\n' }).call('wait_for_drift', { max_seconds: 0 });
  expect(answer.split('\n')).toEqual([
    expect.stringMatching(/^Registry unreadable: .* Nothing is written\. Cure: mend that line\.$/),
    expect.stringMatching(/^the registry cannot be read: /),
    expect.stringMatching(/registry\.yaml:\d+:\d+$/),
    'mend that line',
  ]);
});

test('an agent that waits for the user ends it where there is no card; a worker of a card hears nothing of it', async () => {
  const id = '87dc548e-0000-4000-8000-000000000000';
  const text = `sessions:\n  shop: { agent: claude, status: running, pane: { pid: 1001 }, claude_session_id_own: ${id} }\n`;
  const record = { status: 'waiting', waitingFor: 'permission prompt', statusUpdatedAt: longAgo } as const;
  const options = {
    registry: text,
    sees: {
      sockets: new Map([[defaultSocket, listed([aSession('shop', { panes: [aPane(1001)] })])]]),
      panes: trees(aTree(aProcess(1001))),
      claude: claudeLook({
        live: new Map([[1001, claudeLive(1001, id, record)]]),
        artifacts: new Map([[id, { path: `/t/${id}.jsonl`, size: 1, mtime: longAgo }]]),
      }),
    },
  };
  expect(await served(options).call('wait_for_drift', { max_seconds: 9 })).toBe(
    'shop: needs you since 2026-07-01T07:00:30Z: permission prompt.\n1 alive, 0 gone, 0 unknown',
  );
  const dispatched = served({ ...options, dispatched: { board: 'local', card: ownCard, run: '7', callsInTurn: 60 } });
  expect(await dispatched.call('wait_for_drift', { max_seconds: 0 })).toBe('no drift');
});
