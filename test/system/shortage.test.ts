import { expect, test } from 'vitest';
import { cannotRead } from '../../src/log/open-to-read.ts';
import { unreadableFile } from '../../src/registry/unreadable-answer.ts';

test('a file is not to blame for what the system has run out of', () => {
  const cause = Object.assign(new Error('EMFILE: too many open files, open /state/log.jsonl'), { code: 'EMFILE' });
  const said = {
    message: expect.stringMatching(/ cannot be read: this process has too many files open$/),
    cure: 'raise its limit (ulimit -n) and start it again',
  };
  const log = { name: 'the log', withoutIt: 'everything is told anew' };
  expect(cannotRead('/state/log.jsonl', log, cause.message, cause)).toMatchObject(said);
  expect(unreadableFile('/registry.yaml', cause)).toMatchObject(said);
});
