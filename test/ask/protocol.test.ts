import { expect, test } from 'vitest';
import { answerLine, keyIn, longestRequest, overviewIn, requestLine, monitorSocket } from '../../src/ask/protocol.ts';
import { anOverview, aSession } from './an-overview.ts';

test('an overview comes over whole, and in the order of its keys', () => {
  const sent = anOverview({ sessions: [aSession(), aSession({ snoozed: null, group: 'gone', liveness: 'gone' })] });
  const line = answerLine(sent);
  expect(line.endsWith('}\n')).toBe(true);
  expect(JSON.stringify(overviewIn(line))).toBe(JSON.stringify(sent));
});

test('a request is short, and is read only in its version', () => {
  const key = 'a'.repeat(32);
  expect(requestLine(key)).toBe(`{"asm":1,"key":"${key}"}\n`);
  expect(requestLine(key).length).toBeLessThan(longestRequest);
  expect(keyIn(requestLine(key))).toBe(key);
  for (const line of [
    '',
    '[]',
    'null',
    '{"asm":2,"key":"a"}',
    '{"asm":1}',
    '{"asm":1,"key":7}',
    'GET / HTTP/1.1',
    '\0',
  ])
    expect(keyIn(line)).toBeNull();
});

const row = aSession().row;
const { at: _, ...withoutTime } = anOverview();

test.each<[string, unknown]>([
  ['no object', []],
  ['a missing key', withoutTime],
  ['a key that nobody knows', { ...anOverview(), more: 1 }],
  ['a time that is none', { ...anOverview(), at: '2026' }],
  ['a number beyond all times', { ...anOverview(), at: 1e300 }],
  ['an exit code that there is not', { ...anOverview(), exit: 9 }],
  ['sessions that are no list', { ...anOverview(), sessions: {} }],
  ['a list with a gap', { ...anOverview(), lost: [null] }],
  ['a row with a field less', { ...anOverview(), sessions: [{ row: { session: 'x' }, isLost: false }] }],
  ['a row with a field more', { ...anOverview(), sessions: [{ row: { ...row, extra: '' }, isLost: false }] }],
  ['a row of another kind', { ...anOverview(), sessions: [{ row: { ...row, id: 7 }, isLost: false }] }],
  ['a group that there is not', { ...anOverview(), sessions: [{ row: { ...row, group: 'toString' }, isLost: false }] }],
  ['a snooze of another shape', { ...anOverview(), sessions: [{ row: { ...row, snoozed: {} }, isLost: false }] }],
  ['a state that a terminal would act on', { ...anOverview(), sessions: [aSession({ state: '\u001b[2J' })] }],
  ...['since', 'state_since', 'seen_since', 'waiting_since'].map((key): [string, unknown] => [
    `a text as the time \`${key}\``,
    { ...anOverview(), sessions: [{ row: { ...row, [key]: 'lately' }, isLost: false }] },
  ]),
  ['a snooze until a text', { ...anOverview(), sessions: [aSession({ snoozed: { until: '' } })] }],
  ['a blindness since a text', { ...anOverview(), blind: [{ source: 'a', since: 'b', reason: 'c', cure: 'd' }] }],
  ['a pid that is a text', { ...anOverview(), watched: { ...anOverview().watched, servers: ['12'] } }],
])('%s is no overview', (_name, overview) => {
  expect(overviewIn(JSON.stringify({ asm: 1, overview }))).toBeNull();
});

test('an answer that was cut, or of another version, is none', () => {
  const line = answerLine(anOverview());
  for (let length = 0; length < line.length - 1; length += 7) expect(overviewIn(line.slice(0, length))).toBeNull();
  expect(overviewIn(JSON.stringify({ asm: 2, overview: anOverview() }))).toBeNull();
});

test('a path that does not fit into the kernel is no socket', () => {
  expect(monitorSocket('/state/0123abcd', '4567cdef')).toBe('/state/0123abcd/ask-4567cdef.sock');
  const longest = monitorSocket(`/${'a'.repeat(107 - 19)}`, '4567cdef');
  expect(process.platform === 'linux' ? Buffer.byteLength(longest ?? '') : 107).toBe(107);
  expect(monitorSocket(`/${'a'.repeat(107 - 18)}`, '4567cdef')).toBeNull();
  expect(monitorSocket(`/${'ä'.repeat(50)}`, '4567cdef')).toBeNull();
});
