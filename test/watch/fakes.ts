import type { Card } from '../../src/board/board.ts';

/** Makes a card in its run, with these comments, a minute apart from time 0 on. */
export function aCard(bodies: readonly string[], more: Partial<Card> = {}): Card {
  return {
    id: 'card',
    title: 'monitor my sessions',
    body: '',
    status: 'running',
    blockReason: null,
    assignee: null,
    run: { startedAt: 0, pid: 1 },
    comments: bodies.map((body, index) => ({ id: `c${index}`, author: 'tester', body, createdAt: index * 60_000 })),
    runFromComment: 0,
    events: [],
    ...more,
  };
}
