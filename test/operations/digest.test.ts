import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/log/log.ts';
import { digestAnswer } from '../../src/operations/answers/digest.ts';
import { digest } from '../../src/operations/digest.ts';
import { foundDrifts, logReachesTo } from '../../src/operations/digest/found-drifts.ts';
import { began, line } from '../core/timeline/lines.ts';
import { driftNamed } from '../named.ts';
import { answers, at, documentWith, entryOf, fakeContext, gone, reportWith, verdictOf } from './fake-context.ts';

const minute = 60_000;
const shop = entryOf('shop-creator-claude');
const blog = entryOf('blog-creator-claude');

/** A fleet of two: one waits, one died ten minutes ago. */
function world(change: Partial<Parameters<typeof fakeContext>[0]> = {}) {
  const waiting = { for: 'question', since: at - 5 * minute } as const;
  const report = reportWith({ document: documentWith({ standing: [gone] }) }, [
    [shop, verdictOf(shop, { liveness: 'gone', activity: null })],
    [blog, verdictOf(blog, { activity: 'waiting', waiting })],
  ]);
  const lines = [began(at - 30 * minute), line(at - 30 * minute, 'blog-creator-claude', 'working')];
  return fakeContext({
    passes: [report],
    jobs: { list: () => Promise.resolve({ jobs: [], blind: null }) },
    stateHistory: { read: () => Promise.resolve(lines), watchedUntil: () => Promise.resolve(at) },
    ...change,
  });
}

describe('digest', () => {
  test('answers what its schema says, with what this very look found', async () => {
    const { context, said } = world();
    const [answer] = await answers(digest, context, { json: true });
    const json = digestAnswer.parse(answer?.json);
    expect(json).toMatchObject({
      span: { from: '2026-06-30T21:00:30.000Z', to: '2026-07-01T09:00:30.000Z' },
      asked_before: null,
      waiting: [{ session: 'blog-creator-claude', waiting_for: 'question', waiting_since: '2026-07-01T08:55:30.000Z' }],
      deaths: [{ cause: 'session-ended', sessions: [{ session: 'shop-creator-claude', now: 'ended' }] }],
      lost: [{ session: 'shop-creator-claude' }],
      unwatched: [{ from: '2026-06-30T21:00:30.000Z', to: '2026-07-01T08:30:30.000Z' }],
      times: [{ session: 'blog-creator-claude', working: 30 * minute, unwatched: 0 }],
    });
    // A program that asks is not the user who asks.
    expect(said).toEqual([]);
  });

  test('what was lost before the span is named, but not what cannot be seen or what the user ended', async () => {
    const ended = { status: 'terminated', terminatedAt: at - 20 * 60 * minute } as const;
    const [early, unseen, mine] = [
      entryOf('early-creator-claude', { ...ended, terminationMode: 'auto-detected' }),
      entryOf('unseen-creator-claude', { ...ended, terminationMode: 'auto-detected' }),
      entryOf('mine-creator-claude', { ...ended, terminationMode: 'done' }),
    ];
    const isGone = { liveness: 'gone', activity: null } as const;
    const report = reportWith({ document: documentWith({ standing: [gone] }) }, [
      [shop, verdictOf(shop, isGone)],
      [early, verdictOf(early, isGone)],
      [unseen, verdictOf(unseen, { liveness: 'unknown', activity: null })],
      [mine, verdictOf(mine, isGone)],
    ]);
    const { context } = world({ passes: [report] });
    const [answer] = await answers(digest, context, { json: true });
    expect(digestAnswer.parse(answer?.json)).toMatchObject({
      lost: [{ session: 'shop-creator-claude', where: 'any-shell', reason: null }],
      lost_before: ['early-creator-claude'],
      paste: [
        'agent-sessions-monitor --registry /home/me/registry.yaml resume shop-creator-claude | sh',
        'agent-sessions-monitor --registry /home/me/registry.yaml resume early-creator-claude | sh',
      ],
    });
  });

  test('--since last goes back to the last time, and each digest that a person reads is one', async () => {
    const first = world();
    const [never] = await answers(digest, first.context, { values: { since: 'last' } });
    expect(never?.text).toMatch(/^You did not ask before, so this is the last 12h/);
    expect(first.said).toEqual(['asked at 2026-07-01T09:00:30.000Z']);

    const again = world({ lastAsked: at - 20 * minute });
    const [later] = await answers(digest, again.context, { values: { since: 'last' }, json: true });
    expect(later?.json).toMatchObject({
      span: { from: '2026-07-01T08:40:30.000Z' },
      asked_before: '2026-07-01T08:40:30.000Z',
    });
    expect(again.said).toEqual(['asked at 2026-07-01T09:00:30.000Z']);

    const ahead = world({ lastAsked: at + 20 * minute });
    const [now] = await answers(digest, ahead.context, { values: { since: 'last' } });
    expect(now?.json).toMatchObject({ span: { from: '2026-06-30T21:00:30.000Z', to: '2026-07-01T09:00:30.000Z' } });
    expect(now?.text).toMatch(/^The clock was set back since you last asked, so this is the last 12h/);
  });

  test('that it was asked may be impossible to keep: the digest is told all the same', async () => {
    const { context, said } = world();
    const broken = {
      ...context,
      lastAsked: () => ({
        read: () => null,
        write: () => {
          throw new Error('ENOSPC');
        },
      }),
    };
    const [answer] = await answers(digest, broken, { values: { markdown: true } });
    expect(answer?.text).toMatch(/^# The last 12h/);
    expect(answer?.exit).toBe(0);
    expect(said.join('\n')).toContain('could not be kept: ENOSPC');
  });
});

const opened = (position: number, minutes: number, id: string): Event => ({
  event: `e${position}`,
  at: new Date(at + minutes * minute).toISOString(),
  position,
  kind: 'opened',
  drift: {
    id: driftNamed(id),
    key: id,
    kind: 'session-gone',
    class: 'A',
    session: 'shop',
    workspace: null,
    agent: 'claude',
    message: 'shop: tmux gone.',
    evidence: [],
    edits: [],
  },
});

describe('the drifts of the log', () => {
  test('have the time of their first opening, and their end; what is only seen now comes last', () => {
    const end = { event: 'e2', at: new Date(at).toISOString(), position: 2 } as const;
    const events: readonly Event[] = [
      opened(0, -9, 'one'),
      opened(1, -8, 'one'),
      { ...end, kind: 'resolved', id: driftNamed('one'), because: 'human', message: null },
    ];
    expect(
      foundDrifts(events, [gone, { ...gone, id: 'one' }], at).map(({ id, at: when, end: over }) => [
        id,
        when - at,
        over,
      ]),
    ).toEqual([
      ['one', -9 * minute, { at, because: 'human' }],
      [gone.id, 0, null],
    ]);
  });

  test('a rotated log is whole only from the first event after its last gap', () => {
    expect(logReachesTo([])).toBeNull();
    expect(logReachesTo([opened(0, -9, 'one'), opened(1, -8, 'two')])).toEqual({
      at: at - 9 * minute,
      isBeginning: true,
    });
    expect(logReachesTo([opened(0, -9, 'one'), opened(7, -5, 'two'), opened(8, -4, 'three')])).toEqual({
      at: at - 5 * minute,
      isBeginning: false,
    });
    expect(logReachesTo([opened(7, -5, 'two')])).toEqual({ at: at - 5 * minute, isBeginning: false });
  });
});
