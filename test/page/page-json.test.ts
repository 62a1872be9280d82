import { expect, test } from 'vitest';
import { cleanJson, PageJson } from '../../src/page/page-json.ts';

test('no control character of another program acts; lines and tabs stay', () => {
  const text = 'a\u001b[2Jb\u202ec\u0085d\u2028e\u0000\r\nf\tg\rh\ud800';
  expect(JSON.parse(cleanJson({ text, list: [text] }))).toEqual({
    text: 'a\\x1b[2Jb\\u202ec\\x85d\\u2028e\\x00\nf\tg\\rh\\ud800',
    list: ['a\\x1b[2Jb\\u202ec\\x85d\\u2028e\\x00\nf\tg\\rh\\ud800'],
  });
});

test('a part that is the same object is not written again', () => {
  const json = new PageJson();
  const sessions = ['one'];
  expect(json.of({ sessions, at: 1 })).toBe('{"sessions":["one"],"at":1}');
  sessions.push('two');
  expect(json.of({ sessions, at: 2 }), 'it is known by what it is').toBe('{"sessions":["one"],"at":2}');
  expect(json.of({ sessions: [...sessions], none: null })).toBe('{"sessions":["one","two"],"none":null}');
});
