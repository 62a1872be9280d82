import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyLetter } from '../../any-letter.ts';
import { commandLine, quoted, readUnit } from '../../../src/hermes/setup/unit-words.ts';

const word = fc.string({ unit: anyLetter, minLength: 1 }).filter((text) => !/[\0\r]/.test(text));

test('what a unit is written to start is what is read of it, whatever is in the words', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), word, (words, value) => {
      const program = `/${words[0]}`;
      const all = [program, ...words.slice(1)];
      const unit = `[Service]\nEnvironment=${quoted(`PATH=${value}`)}\nExecStart=${commandLine(all)}\n`;
      expect(readUnit(unit, '/home/me')).toEqual({ words: all, env: { PATH: value } });
    }),
  );
});
