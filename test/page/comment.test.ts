import { expect, test } from 'vitest';
import { BoardError } from '../../src/errors.ts';
import { commentOn } from '../../src/page/comment.ts';

const { signal } = new AbortController();

async function said(body: string, { mayComment = true, error }: { mayComment?: boolean; error?: Error } = {}) {
  const comments: string[] = [];
  const comment = (text: string): Promise<void> => {
    if (error !== undefined) return Promise.reject(error);
    comments.push(text);
    return Promise.resolve();
  };
  const refused = await commentOn({ mayComment, comment }, body, signal);
  return { refused: refused === null ? null : `${refused.status} ${refused.why}`, comments };
}

test('the text goes on the card without the blanks around it', async () => {
  expect(await said('{"text":" stop monitoring\\n"}')).toEqual({ refused: null, comments: ['stop monitoring'] });
});

test.each(['', 'x', 'null', '[]', '{}', '{"text":""}', '{"text":" \\t\\n"}', '{"text":null}', '{"text":"x","more":1}'])(
  '%s is no comment',
  async (body) => {
    expect(await said(body)).toEqual({ refused: '400 expected { "text": "…" } with some text', comments: [] });
  },
);

test('where the page may not, nothing of the body is looked at', async () => {
  expect(await said('{"text":"x"}', { mayComment: false })).toEqual({
    refused: '403 the page may not comment: set page.comments in the config',
    comments: [],
  });
});

test('a board that refuses says why, without control characters; a defect is not hidden', async () => {
  const error = new BoardError('no card \u001b[2J', { where: '/home/me/state', cure: 'start the monitor' });
  expect(await said('{"text":"x"}', { error })).toEqual({
    refused: String.raw`502 no card \x1b[2J: start the monitor`,
    comments: [],
  });
  await expect(said('{"text":"x"}', { error: new TypeError('ours') })).rejects.toThrow('ours');
});
