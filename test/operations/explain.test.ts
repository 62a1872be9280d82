import { describe, expect, test } from 'vitest';
import { explain } from '../../src/operations/explain.ts';
import { aProcess, aTree, anObservation, claudeLive, claudeLook, trees } from '../core/world.ts';
import { answers, documentWith, entryOf, fakeContext, reportWith, verdictOf } from './fake-context.ts';

const id = '10000000-0000-4000-8000-000000000001';

describe('explain', () => {
  test('says why no conversation is proven', async () => {
    const entry = entryOf('shop-creator-claude');
    const { context } = fakeContext({ passes: [reportWith({}, [[entry, verdictOf(entry)]])] });
    const [answer] = await answers(explain, context, { words: ['shop-creator-claude'] });
    expect(answer?.text).toContain('none proven: no conversation is provably its own');
    expect(answer?.json).toMatchObject({ proven_id: null, not_proven: 'no conversation is provably its own' });
  });

  test('says once why a session is unknown', async () => {
    const entry = entryOf('shop-creator-claude');
    const source = 'tmux:/tmp/tmux-1000/default';
    const doubt = { reason: 'no answer in 2000 ms', cure: 'kill -CONT 12' };
    const document = documentWith({ blind: [{ source, since: '2026-07-01T09:00:00.000Z', ...doubt }] });
    const verdict = verdictOf(entry, { liveness: 'unknown', doubt });
    const { context } = fakeContext({ passes: [reportWith({ document }, [[entry, verdict]])] });
    const [answer] = await answers(explain, context, { words: ['shop-creator-claude'] });
    expect(answer?.text.match(/no answer in 2000 ms/g)).toHaveLength(1);
    expect(answer?.text).toContain('settle    kill -CONT 12');
  });

  test.each([
    [
      { eventName: 'waiting', id: null },
      [[1001, claudeLive(1001, id)]],
      'waiting, no id (its own record counts for more)',
    ],
    [{ eventName: 'SessionStart', id, beganBy: 'clear' }, [], `SessionStart, clear, id ${id}`],
    [{ eventName: 'Stop', id, isInteractive: false }, [], `Stop, id ${id}, of a headless run`],
  ] as const)('shows the report that stands: %j', async (said, live, expected) => {
    const entry = entryOf('shop-creator-claude');
    const agent = aProcess(1001);
    const nothing = { isEnd: false, beganBy: null, isInteractive: true, paneId: null, socket: null, activity: null };
    const observation = anObservation({
      panes: trees(aTree(agent)),
      claude: claudeLook({ live: new Map(live) }),
      reports: new Map([[1001, { ...nothing, at: Date.parse('2026-07-01T09:00:00Z'), ...said }]]),
    });
    const verdict = verdictOf(entry, { agent });
    const { context } = fakeContext({ passes: [reportWith({ observation }, [[entry, verdict]])] });
    const [answer] = await answers(explain, context, { words: ['shop-creator-claude'] });
    expect(answer?.text.split('\n')).toContain(`evidence  2026-07-01T09:00:00.000Z  report: ${expected}`);
    expect(answer?.json).toMatchObject({
      evidence: [{}, { source: 'report', said: expected, at: '2026-07-01T09:00:00.000Z' }],
    });
  });

  test.each<readonly [words: readonly string[], values: Record<string, string | boolean>, message: string]>([
    [['shop'], { dump: 'x' }, '--dump holds every session: it takes no name'],
    [[], { dump: 'x', replay: 'y' }, '--dump and --replay do not go together'],
    [['shop'], { redact: true }, '--redact belongs to --dump'],
    [['shop'], { replay: 'x', screen: true }, '--screen shows panes of now only'],
    [[], { replay: '/nowhere/dump.json' }, 'the dump cannot be read: ENOENT'],
  ])('refuses %j with %j', async (words, values, message) => {
    const { context } = fakeContext({ passes: [] });
    await expect(answers(explain, context, { words, values })).rejects.toThrow(message);
  });
});
