import { describe, expect, test } from 'vitest';
import type { Event, LoggedDrift } from '../../src/log/log.ts';
import { history } from '../../src/operations/history.ts';
import { undo } from '../../src/operations/undo.ts';
import { answers, entryOf, fakeContext } from './fake-context.ts';

const drift: LoggedDrift = {
  id: '7f3a0000',
  key: 'key',
  kind: 'session-gone',
  class: 'A',
  session: 'shop',
  workspace: null,
  agent: 'claude',
  message: 'shop: tmux gone. Marked terminated.',
  evidence: [],
  edits: [{ op: 'set', entry: { session: 'shop', socket: null }, path: ['status'], from: 'running', to: 'terminated' }],
};

const log: readonly Event[] = [
  {
    event: 'e1aaaaaaaa',
    at: '2026-07-01T08:00:00.000Z',
    position: 0,
    kind: 'intended',
    drifts: [drift],
    edits: drift.edits,
    before: 'a',
    after: 'b',
    entryHashes: {},
    undo: { from: 'running' },
    by: { pid: 1, start: '1' },
  },
  { event: 'e2', at: '2026-07-01T08:00:01.000Z', position: 1, kind: 'applied', of: 'e1aaaaaaaa' },
  { event: 'e3', at: '2026-07-01T09:00:00.000Z', position: 2, kind: 'posted', card: 'main', of: 'x', bodyHash: 'h' },
];

describe('history', () => {
  test('shows what was found and announced, newest last', async () => {
    const [answer] = await answers(history, fakeContext({ events: log }).context);
    expect(answer?.text).toMatchInlineSnapshot(`
      "2026-07-01T08:00:01Z e2 A found    shop: tmux gone. Marked terminated.
         status: running → terminated
      2026-07-01T09:00:00Z e3 - posted   comment on card main"
    `);
    expect(answer?.json).toMatchInlineSnapshot(`
      {
        "events": [
          {
            "at": "2026-07-01T08:00:01.000Z",
            "class": "A",
            "drift": "7f3a0000",
            "edits": [
              {
                "from": "running",
                "path": [
                  "sessions",
                  "shop",
                  "status",
                ],
                "to": "terminated",
              },
            ],
            "event": "e2",
            "kind": "session-gone",
            "message": "shop: tmux gone. Marked terminated.",
            "sessions": [
              "shop",
            ],
            "what": "found",
          },
          {
            "at": "2026-07-01T09:00:00.000Z",
            "class": null,
            "drift": null,
            "edits": [],
            "event": "e3",
            "kind": null,
            "message": "comment on card main",
            "sessions": [],
            "what": "posted",
          },
        ],
      }
    `);
  });

  test('--session takes what is about that session, and refuses one that is not there', async () => {
    const { context } = fakeContext({ events: log });
    const [answer] = await answers(history, context, { values: { session: 'shop' } });
    expect(answer?.text).toMatchInlineSnapshot(`
      "2026-07-01T08:00:01Z e2 A found    shop: tmux gone. Marked terminated.
         status: running → terminated"
    `);
    await expect(answers(history, context, { values: { session: 'none' } })).rejects.toMatchObject({ code: 2 });
  });

  test('nothing yet has its words', async () => {
    const [answer] = await answers(history, fakeContext({}).context);
    expect(answer).toEqual({ json: { events: [] }, text: 'nothing yet', exit: 0 });
  });
});

describe('undo', () => {
  const registry = { path: '/r', entries: [entryOf('shop')], hash: 'b', mtime: 0 };
  const prepared = { text: 'old', hash: 'a', refused: [], formerHashes: {}, entryHashes: { shop: 'h' }, undo: null };
  const file = {
    read: () => Promise.resolve({ kind: 'read' as const, registry, text: 'new' }),
    takeBack: () => Promise.resolve({ kind: 'prepared' as const, prepared }),
    swap: () => Promise.resolve({ kind: 'swapped' as const }),
  };

  test.each([[[]], [['e2']], [['7f3a0000']], [['e1aaaaaa']]])('takes back a repair named by %j', async (words) => {
    const appended: unknown[] = [];
    const { context } = fakeContext({
      events: log,
      registryFile: file,
      log: {
        append: (events) => {
          appended.push(...events);
          return Promise.resolve([]);
        },
      },
    });
    const [answer] = await answers(undo, context, { words });
    expect(answer?.text).toBe('took back:\n   shop: tmux gone. Marked terminated.');
    expect(appended).toEqual([{ kind: 'undone', drift: '7f3a0000', session: 'shop', entryId: 'shop', textHash: 'h' }]);
  });

  test('text that somebody changed since is left alone', async () => {
    const takeBack = () => Promise.resolve({ kind: 'refused' as const, reason: 'status is no longer terminated' });
    const { context } = fakeContext({ events: log, registryFile: { ...file, takeBack } });
    await expect(answers(undo, context)).rejects.toMatchObject({
      code: 3,
      message: 'the repair cannot be taken back: status is no longer terminated',
    });
  });

  test('nothing to take back, an unknown event', async () => {
    await expect(answers(undo, fakeContext({}).context)).rejects.toMatchObject({ code: 2 });
    await expect(answers(undo, fakeContext({ events: log }).context, { words: ['e9'] })).rejects.toMatchObject({
      code: 2,
      message: 'there is no repair e9',
    });
  });
});
