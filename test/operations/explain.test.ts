import { describe, expect, test } from 'vitest';
import { explain } from '../../src/operations/explain.ts';
import type { Entry } from '../../src/core/model/entry.ts';
import type { Verdict } from '../../src/core/model/plan.ts';
import {
  aProcess,
  aSession,
  aTree,
  aWorld,
  anObservation,
  claudeLive,
  claudeLook,
  defaultSocket,
  listed,
  trees,
} from '../core/world.ts';
import { socketAt } from '../named.ts';
import { answers, at, documentWith, entryOf, fakeContext, reportWith, verdictOf } from './fake-context.ts';

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

  describe('a session of that name on another tmux server', () => {
    const work = socketAt('/tmp/tmux-1000/work');
    /** Explains an entry whose session is not on the server `work`, while the default one has that name. */
    const explained = async (change: Partial<Entry>, judged: Partial<Verdict>, others: readonly Entry[] = []) => {
      const entry = entryOf('shop-creator-claude', { socket: 'work', pane: null, ...change });
      const sockets = new Map([
        [defaultSocket, listed([aSession(entry.session)])],
        [work, listed([aSession('stays')])],
      ]);
      const observation = anObservation({ sockets });
      const input = aWorld({ entries: [entry, ...others], observation: { sockets } });
      const verdict = verdictOf(entry, { liveness: 'gone', socket: work, agent: null, ...judged });
      const { context } = fakeContext({ passes: [reportWith({ input, observation }, [[entry, verdict]])] });
      const [answer] = await answers(explain, context, { words: [entry.session] });
      return answer;
    };
    const runs = `A session of that name runs on another tmux server, at ${defaultSocket}.`;

    test.each([
      ['gone', {}, 'If it is the one that is meant, write `tmux_socket: default` into the entry.'],
      [
        'terminated',
        { status: 'terminated', terminatedAt: at } as const,
        'If it is the one that is meant, write `status: running` and `tmux_socket: default` into the entry.',
      ],
    ])('is named while its own is %s, with what to write', async (_, change, cure) => {
      const answer = await explained(change, {});
      expect(answer?.text.split('\n')).toContain(`note      ${runs} ${cure}`);
      expect(answer?.json).toMatchObject({ liveness: 'gone', notes: [`${runs} ${cure}`] });
    });

    test('is not named while its own lives, where another entry has it, or where the entry is left alone', async () => {
      const other = entryOf('shop-creator-claude', { socket: 'default', pane: null });
      const all = [explained({}, { liveness: 'alive' }), explained({}, {}, [other]), explained({ ignore: true }, {})];
      for (const answer of await Promise.all(all)) expect(answer?.json).toMatchObject({ notes: [] });
    });
  });

  test.each<readonly [words: readonly string[], values: Record<string, string | boolean>, message: string]>([
    [['shop'], { dump: 'x' }, '--dump holds every session: it takes no name'],
    [[], { dump: 'x', replay: 'y' }, '--dump and --replay do not go together'],
    [['shop'], { redact: true }, '--redact belongs to --dump'],
    [['shop'], { replay: 'x', screen: true }, '--screen shows panes of now only'],
    [[], { replay: '/nowhere/dump.json' }, 'the dump cannot be read (ENOENT)'],
  ])('refuses %j with %j', async (words, values, message) => {
    const { context } = fakeContext({ passes: [] });
    await expect(answers(explain, context, { words, values })).rejects.toThrow(message);
  });
});
