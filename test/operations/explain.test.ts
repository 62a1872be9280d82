import { describe, expect, test } from 'vitest';
import { explain } from '../../src/operations/explain.ts';
import { answers, documentWith, entryOf, fakeContext, reportWith, verdictOf } from './fake-context.ts';

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
