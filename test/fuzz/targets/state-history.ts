import { expect } from 'vitest';
import { stateLineReader } from '../../../src/log/state-line-reader.ts';
import type { Target } from './target.ts';

/** The history of what sessions were: a crash may tear its lines. What was read before changes no answer. */
export const stateHistory: Target = {
  name: 'state-history',
  seeds: [
    '{"at":1782892800000,"kind":"watch-began"}',
    '{"at":1782892800000,"kind":"state","entry":"a","state":{"group":"idle","activity":"idle"}}\n{"at":1782892801000,"kind":"removed","entry":"a"}',
  ],
  parse: (text) => text.split('\n').map(stateLineReader()),
  check: (text) => {
    const read = stateLineReader();
    for (const line of [...text.split('\n'), ...text.split('\n')]) {
      const answer = read(line);
      expect(answer).toEqual(stateLineReader()(line));
      if (answer !== null) expect(Number.isSafeInteger(answer.at)).toBe(true);
    }
  },
};
