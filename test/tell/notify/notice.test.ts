import { expect, test } from 'vitest';
import { noticeOf, testNotice } from '../../../src/tell/notify/notice.ts';
import { noticeSchema } from '../../../src/tell/notify/notice-schema.ts';
import { anEvent, at } from './notice-events.ts';

const options = {
  host: 'lab1',
  now: at + 5_000,
  registry: { path: '/home/me/r.yaml', isUsual: true, program: ['agent-sessions-monitor'] },
};
const titleOf = (...events: Parameters<typeof noticeOf>[0]) => noticeOf(events, options).title;

test('one event is its own title; its sentence is the text', () => {
  const notice = noticeOf([anEvent({ resume: 'claude --resume x' })], options);
  expect(notice).toEqual({
    schema: 1,
    id: expect.stringMatching(/^[0-9a-f]{8}$/),
    at: '2026-07-01T09:00:35.000Z',
    host: 'lab1',
    test: false,
    urgency: 'normal',
    title: 'shop-creator-claude: gone',
    text: 'shop-creator-claude: tmux gone. Marked terminated.',
    events: [anEvent({ resume: 'claude --resume x' })],
    left_out: 0,
  });
  expect(noticeSchema.parse(notice)).toEqual(notice);
});

test('a title counts a burst by kind, names a mass event, and says what is over', () => {
  const waiting = (session: string) =>
    anEvent({ id: session, kind: 'needs-you', session, message: `${session} waits` });
  expect(titleOf(waiting('a'), waiting('b'), anEvent())).toBe('2 need you, 1 gone');
  expect(titleOf(waiting('a'))).toBe('a: needs you');
  const mass = anEvent({ kind: 'tmux-server-died', session: null, sessions: ['a', 'b', 'c'], message: 'died' });
  expect(titleOf(mass)).toBe('tmux server died: 3 sessions gone');
  const over = anEvent({ kind: 'registry-unreadable', session: null, state: 'resolved', message: 'It reads again.' });
  expect(titleOf(over)).toBe('registry unreadable: over');
  expect(titleOf(over, anEvent())).toBe('1 registry unreadable no more, 1 gone');
});

test('what cannot wait is high, what is over or only finished is low', () => {
  const urgency = (...events: Parameters<typeof noticeOf>[0]) => noticeOf(events, options).urgency;
  expect(urgency(anEvent(), anEvent({ kind: 'tmux-server-died' }))).toBe('high');
  expect(urgency(anEvent(), anEvent({ kind: 'finished' }))).toBe('normal');
  expect(urgency(anEvent({ kind: 'finished' }), anEvent({ kind: 'blind', state: 'resolved' }))).toBe('low');
});

test('news that was held back says how old it is', () => {
  expect(noticeOf([anEvent()], { ...options, now: at + 9 * 3_600_000 }).title).toBe(
    'shop-creator-claude: gone (in the last 9h)',
  );
});

test('many events are cut to whole lines and to the newest, with the command that shows the rest', () => {
  const events = Array.from({ length: 250 }, (_, index) =>
    anEvent({ id: `id-${index}`, session: `s${index}`, message: `s${index}: ${'x'.repeat(40)}` }),
  );
  const notice = noticeOf(events, options);
  expect(Buffer.byteLength(notice.text)).toBeLessThanOrEqual(4_000);
  expect(notice.text).toMatch(/\n… and \d+ more: agent-sessions-monitor history --since 2026-07-01T09:00:30Z$/);
  expect(notice.events).toHaveLength(100);
  expect(notice.events.at(-1)?.id).toBe('id-249');
  expect(notice.left_out).toBe(150);
});

test('the same events have the same id, whenever they are sent', () => {
  const [one, other] = [noticeOf([anEvent()], options), noticeOf([anEvent()], { ...options, now: at + 60_000 })];
  expect(one.id).toBe(other.id);
  expect(noticeOf([anEvent({ state: 'resolved' })], options).id).not.toBe(one.id);
});

test('control characters of a name become visible', () => {
  const hostile = anEvent({ session: 'a\n\u202eb', message: 'a\u001b[31m' });
  expect(noticeOf([hostile], options)).toMatchObject({
    title: String.raw`a\n\u202eb: gone`,
    text: String.raw`a\x1b[31m`,
  });
});

test('the notice of a test says that it is one', () => {
  expect(testNotice('phone', options)).toMatchObject({
    test: true,
    events: [],
    text: expect.stringContaining('phone'),
  });
});
