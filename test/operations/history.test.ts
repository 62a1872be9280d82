import { describe, expect, test } from 'vitest';
import type { Edit } from '../../src/core/model/drift.ts';
import type { Event, LoggedDrift } from '../../src/log/log.ts';
import { history } from '../../src/operations/history.ts';
import { answers, entryOf, fakeContext } from './fake-context.ts';
import { driftNamed } from '../named.ts';

const set: Edit = {
  op: 'set',
  entry: { session: 'shop', socket: null },
  path: ['status'],
  from: 'running',
  to: 'terminated',
};
const drift: LoggedDrift = {
  id: driftNamed('7f3a0000'),
  key: 'key',
  kind: 'session-gone',
  class: 'A',
  session: 'shop',
  workspace: null,
  agent: 'claude',
  message: 'shop: tmux gone. Marked terminated.',
  evidence: [],
  edits: [set],
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
  posted({ event: 'e3', position: 2, arrived: true }),
  posted({ event: 'e4', position: 3, arrived: false }),
];

function posted(more: { readonly event: string; readonly position: number; readonly arrived: boolean }): Event {
  return { at: '2026-07-01T09:00:00.000Z', kind: 'posted', card: 'main', of: 'x', bodyHash: 'h', ...more };
}

describe('history', () => {
  test('shows what was found and announced, newest last; a comment that never arrived is none', async () => {
    const [answer] = await answers(history, fakeContext({ events: log }).context);
    expect(answer?.text).toMatchInlineSnapshot(`
      "2026-07-01T08:00:01Z 7f3a0000 A found    shop: tmux gone. Marked terminated.
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
      "2026-07-01T08:00:01Z 7f3a0000 A found    shop: tmux gone. Marked terminated.
         status: running → terminated"
    `);
    const registry = { path: '/r', entries: [entryOf('quiet')], hash: 'h', mtime: 0 };
    const read = () => Promise.resolve({ kind: 'read' as const, registry, text: '' });
    const known = fakeContext({ events: log, registryFile: { read } }).context;
    await expect(answers(history, known, { values: { session: 'none' } })).rejects.toMatchObject({ code: 2 });
    const [nothing] = await answers(history, known, { values: { session: 'quiet' } });
    expect(nothing).toEqual({ json: { events: [] }, text: 'nothing yet', exit: 0 });
  });

  test('shows the way back of a mass event whole, with the session of each edit', async () => {
    const sessions = ['shop', 'blog'];
    const edits = sessions.map((session) => ({ ...set, entry: { session, socket: null } }));
    const mass: LoggedDrift = {
      ...drift,
      kind: 'tmux-server-died',
      class: 'J',
      session: null,
      sessions,
      edits,
      message: 'The tmux server died: 2 sessions are gone (shop, blog). Marked terminated.',
      resume: 'tmux new-session -d -s shop\ntmux new-session -d -s blog',
    };
    const events = log.map((event) => (event.kind === 'intended' ? { ...event, drifts: [mass] } : event)).slice(0, 2);
    const [answer] = await answers(history, fakeContext({ events }).context);
    expect(answer?.text).toMatchInlineSnapshot(`
      "2026-07-01T08:00:01Z 7f3a0000 J found    The tmux server died: 2 sessions are gone (shop, blog). Marked terminated.
         shop: status: running → terminated
         blog: status: running → terminated
         tmux new-session -d -s shop
         tmux new-session -d -s blog"
    `);
    expect(answer?.json).toMatchObject({ events: [{ resume: mass.resume }] });
  });

  test('a log that was rotated says how far it reaches back, where more is asked for', async () => {
    const rotated = log.map((event) => ({ ...event, position: event.position + 5_000 }));
    const said = 'The log reaches back to 2026-07-01T08:00:00Z only: what was found before that is no longer in it.\n';
    const registry = { path: '/r', entries: [entryOf('quiet')], hash: 'h', mtime: 0 };
    const read = () => Promise.resolve({ kind: 'read' as const, registry, text: '' });
    const { context } = fakeContext({ events: rotated, registryFile: { read } });
    const asked = async (values: Record<string, string | number>) =>
      (await answers(history, context, { values }))[0]?.text;
    expect(await asked({})).toMatch(`${said}2026-07-01T08:00:01Z 7f3a0000 A found`);
    expect(await asked({ session: 'quiet' })).toBe(`${said}nothing since 2026-07-01T08:00:00Z`);
    expect(await asked({ since: Date.parse('2026-07-01T08:00:00.500Z') })).toMatch(/^2026-07-01T08:00:01Z/);
  });

  test('nothing since then is no empty log', async () => {
    const since = Date.parse('2026-07-01T09:00:01.000Z');
    const [answer] = await answers(history, fakeContext({ events: log }).context, { values: { since } });
    expect(answer).toEqual({ json: { events: [] }, text: 'nothing since 2026-07-01T09:00:01Z', exit: 0 });
    const [none] = await answers(history, fakeContext({}).context, { values: { since } });
    expect(none?.text).toBe('nothing yet');
    const registry = { path: '/r', entries: [entryOf('quiet')], hash: 'h', mtime: 0 };
    const read = () => Promise.resolve({ kind: 'read' as const, registry, text: '' });
    const known = fakeContext({ events: log, registryFile: { read } }).context;
    const [quiet] = await answers(history, known, { values: { since, session: 'quiet' } });
    expect(quiet?.text).toBe('nothing yet');
  });

  test('nothing yet has its words', async () => {
    const [answer] = await answers(history, fakeContext({}).context);
    expect(answer).toEqual({ json: { events: [] }, text: 'nothing yet', exit: 0 });
  });
});
