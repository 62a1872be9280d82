import { expect, test } from 'vitest';
import { entryId } from '../../../src/core/model/entry.ts';
import type { StateLine } from '../../../src/core/model/state.ts';
import { timelinesAnswer } from '../../../src/operations/answers/history.ts';
import { history } from '../../../src/operations/history.ts';
import { answers, at, entryOf, fakeContext } from '../fake-context.ts';

const minute = 60_000;

function line(ago: number, session: string, activity: 'working' | 'waiting' | 'idle', socket: string | null = null) {
  const state = { liveness: 'alive', activity, waitingFor: null, id: null } as const;
  const names = { entry: entryId({ session, socket }), session, workspace: 'lab', agent: 'claude' } as const;
  return { kind: 'state', at: at - ago * minute, ...names, state, source: 'claude', reason: activity } as const;
}

const lines: readonly StateLine[] = [
  { kind: 'watch-began', at: at - 90 * minute, host: 'lab1' },
  line(90, 'shop', 'working'),
  line(80, 'blog\x1b[31m', 'idle', '/tmp/other'),
  line(60, 'shop', 'waiting'),
];

/** Returns a context whose state history holds these lines, watched until 30 minutes ago. */
function withLines(all: readonly StateLine[]) {
  const stateHistory = {
    read: () => Promise.resolve(all),
    watchedUntil: () => Promise.resolve(all.length === 0 ? null : at - 30 * minute),
  };
  const registry = { path: '/r', entries: [entryOf('quiet')], hash: 'h', mtime: 0 };
  const read = () => Promise.resolve({ kind: 'read' as const, registry, text: '' });
  return fakeContext({ stateHistory, registryFile: { read } }).context;
}

const asked = { timelines: true };

test('says what each session was; time without a monitor is not filled in', async () => {
  const values = { ...asked, since: at - 70 * minute };
  const [answer] = await answers(history, withLines(lines), { values });
  expect(timelinesAnswer.parse(answer?.json)).toEqual({
    from: '2026-07-01T07:50:30.000Z',
    to: '2026-07-01T09:00:30.000Z',
    timelines: [
      {
        session: 'shop',
        socket: null,
        workspace: 'lab',
        agent: 'claude',
        bands: [
          { from: '2026-07-01T07:50:30.000Z', to: '2026-07-01T08:00:30.000Z', what: 'working' },
          { from: '2026-07-01T08:00:30.000Z', to: '2026-07-01T08:30:30.000Z', what: 'waiting' },
          { from: '2026-07-01T08:30:30.000Z', to: '2026-07-01T09:00:30.000Z', what: 'unwatched' },
        ],
      },
      {
        session: 'blog\x1b[31m',
        socket: '/tmp/other',
        workspace: 'lab',
        agent: 'claude',
        bands: [
          { from: '2026-07-01T07:50:30.000Z', to: '2026-07-01T08:30:30.000Z', what: 'idle' },
          { from: '2026-07-01T08:30:30.000Z', to: '2026-07-01T09:00:30.000Z', what: 'unwatched' },
        ],
      },
    ],
  });
});

test('people read it session by session, from the first line on', async () => {
  const [answer] = await answers(history, withLines(lines), { values: asked });
  expect(answer?.text.replaceAll(/\d\d:\d\d/g, 'HH:MM')).toBe(
    [
      'shop',
      '  HH:MM to HH:MM  working 30m',
      '  HH:MM to HH:MM  needs you 30m',
      '  HH:MM to now  not watched 30m',
      'blog\\x1b[31m',
      '  HH:MM to HH:MM  idle 50m',
      '  HH:MM to now  not watched 30m',
    ].join('\n'),
  );
});

test('--session takes one; a quiet one of the registry has no time, and one that is not there is refused', async () => {
  const of = (session: string) => answers(history, withLines(lines), { values: { ...asked, session } });
  const [answer] = await of('shop');
  expect(timelinesAnswer.parse(answer?.json).timelines.map(({ session }) => session)).toEqual(['shop']);
  expect((await of('quiet'))[0]?.text).toBe('nothing yet');
  await expect(of('shpo')).rejects.toThrow('shpo');
});

test('a span in which no time has passed is no empty history', async () => {
  const of = async (all: readonly StateLine[], session?: string) =>
    (await answers(history, withLines(all), { values: { ...asked, since: at, ...(session && { session }) } }))[0]?.text;
  expect(await of(lines)).toBe('nothing since 2026-07-01T09:00:30Z');
  expect(await of(lines, 'quiet')).toBe('nothing yet');
  expect(await of([])).toBe('nothing yet');
});

test('a busy row is joined to what can be drawn, and says so', async () => {
  const busy = Array.from({ length: 1_000 }, (_, index) =>
    line(90 - index / 20, 'shop', index % 2 ? 'idle' : 'working'),
  );
  const [answer] = await answers(history, withLines([...lines.slice(0, 1), ...busy]), { values: asked });
  const [row] = timelinesAnswer.parse(answer?.json).timelines;
  expect(row?.bands.length).toBeLessThan(502);
  expect(row?.bands.some(({ of }) => of !== undefined)).toBe(true);
});

test.each(['states', 'follow'])('does not go together with --%s', async (flag) => {
  const values = { ...asked, [flag]: true };
  await expect(answers(history, withLines(lines), { values })).rejects.toThrow(
    `--timelines and --${flag} do not go together`,
  );
});
