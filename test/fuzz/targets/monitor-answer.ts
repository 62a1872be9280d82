import { expect } from 'vitest';
import { answerLine, keyIn, overviewIn, requestLine } from '../../../src/ask/protocol.ts';
import { anOverview } from '../../ask/an-overview.ts';
import type { Target } from './target.ts';

/** What comes over the socket of a monitor: a question, or an answer that holds all that is shown. */
export const monitorAnswer: Target = {
  name: 'monitor-answer',
  seeds: [answerLine(anOverview()), requestLine('key')],
  parse: (text) => [overviewIn(text), keyIn(text)],
  check: (text) => {
    const key = keyIn(text);
    if (key !== null) expect(keyIn(requestLine(key))).toBe(key);
    const overview = overviewIn(text);
    if (overview === null) return;
    expect(overviewIn(answerLine(overview))).toEqual(overview);
    expect(Number.isSafeInteger(overview.at)).toBe(true);
  },
};
