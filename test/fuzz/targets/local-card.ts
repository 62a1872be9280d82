import { expect } from 'vitest';
import { foldCard, readCardLines } from '../../../src/board/local-card.ts';
import type { Target } from './target.ts';

/** A card of the local board: the comments that its lines tell, each with an author and a text. */
export const localCard: Target = {
  name: 'local-card',
  seeds: [
    [
      '{"kind":"created","at":1782892800000,"title":"monitor my sessions"}',
      '{"kind":"commented","at":1782892800001,"id":"c1","author":"me","body":"hello"}',
      '{"kind":"claimed","at":1782892800002,"pid":12,"host":"h"}',
      '{"kind":"blocked","at":1782892800003,"reason":"stop-requested"}',
    ].join('\n'),
  ],
  parse: cardIn,
  check: (text) => {
    for (const { body, author } of cardIn(text).comments)
      expect([typeof body, typeof author]).toEqual(['string', 'string']);
  },
};

function cardIn(text: string) {
  return foldCard('local-1', readCardLines(text));
}
