import { expect } from 'vitest';
import { clean } from '../../../src/core/words/text.ts';
import { BoardError } from '../../../src/errors.ts';
import { HermesBoard } from '../../../src/hermes/hermes-board.ts';
import type { HermesCommand } from '../../../src/hermes/hermes-command.ts';
import { isObject, jsonIn } from '../../../src/system/json.ts';
import type { Target } from './target.ts';
import { never } from '../../never.ts';

const shown = {
  task: { id: 't_1', title: 'monitor', body: null, status: 'blocked', assignee: 'me', started_at: 1_782_892_800 },
  comments: [{ author: 'me', body: 'stop monitoring', created_at: 1_782_892_900 }],
  events: [
    { kind: 'created', payload: null, created_at: 1_782_892_800 },
    { kind: 'claimed', payload: { lock: 'h:1' }, created_at: 1_782_892_800 },
    { kind: 'spawned', payload: { pid: 12 }, created_at: 1_782_892_800 },
    { kind: 'commented', payload: {}, created_at: 1_782_892_900 },
    { kind: 'blocked', payload: { reason: 'x', kind: 'needs_input' }, created_at: 1_782_892_950 },
  ],
};

/** What `hermes kanban show --json` prints: a card whose times and comments are as said, or a refusal with a cure. */
export const hermesCard: Target = {
  name: 'hermes-card',
  seeds: [JSON.stringify(shown), `A banner\n${JSON.stringify(shown, null, 2)}\n`, 'no such task: t_1\n'],
  parse: shownIn,
  check: async (text) => {
    const answer = await shownIn(text);
    if (answer instanceof BoardError) {
      expect([clean(answer.message), answer.cure === '']).toEqual([answer.message, false]);
      return;
    }
    if (answer instanceof Error) throw answer;
    const card = answer as Awaited<ReturnType<HermesBoard['show']>>;
    const times = [card.run?.startedAt, ...[...card.comments, ...card.events].map(({ createdAt }) => createdAt)];
    for (const at of times) if (at !== undefined) new Date(at).toISOString();
    const said = jsonIn(text.slice(text.search(/^\{/m)));
    const comments = isObject(said) && Array.isArray(said['comments']) ? said['comments'] : null;
    if (comments !== null) expect(card.comments.map(({ body }) => body)).toEqual(comments.map(bodyOf));
    expect(new Set(card.comments.map(({ id }) => id)).size).toBe(card.comments.length);
    expect(card.runFromComment).toBeLessThanOrEqual(card.events.length);
  },
};

function bodyOf(comment: unknown): unknown {
  return isObject(comment) ? comment['body'] : null;
}

function shownIn(stdout: string): Promise<unknown> {
  const hermes: HermesCommand = {
    slug: null,
    run: () => Promise.resolve({ stdout, stderr: '', code: 0 }),
    follow: () => Promise.resolve(),
    version: () => Promise.resolve(null),
    boardMadeAt: () => Promise.resolve(null),
  };
  const board = new HermesBoard({ hermes, author: 'monitor', runMs: null, stateDir: '/dev/null/state' });
  return board.show('t_1', never).catch((error: unknown) => error);
}
