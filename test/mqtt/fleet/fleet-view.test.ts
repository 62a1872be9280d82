import { describe, expect, test } from 'vitest';
import { makeFleetView } from '../../../src/mqtt/fleet/fleet-view.ts';

const at = '2026-07-01T09:00:00.000Z';
const later = '2026-07-01T10:00:00.000Z';
const counts = { alive: 1, gone: 0, unknown: 0 };
const state = (change: object) => ({ schema: 1, online: true, since: at, version: '1.2.3', counts, ...change });
const session = (name: string, change: object = {}) => ({
  schema: 1,
  session: name,
  status: 'running',
  liveness: 'alive',
  id: null,
  job: null,
  activity: 'idle',
  waiting_for: null,
  waiting_since: null,
  at: later,
  ...change,
});

function viewOf(messages: Readonly<Record<string, unknown>>) {
  const view = makeFleetView('asm');
  const taken = Object.entries(messages).map(([topic, value]) => {
    const payload = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
    return view.take({ topic, payload, retained: true });
  });
  return { hosts: view.hosts(), taken };
}

describe('all hosts', () => {
  test('with their sessions, by name', () => {
    const { hosts } = viewOf({
      'asm/lab2/state': state({}),
      'asm/lab%2F1/state': state({}),
      'asm/lab%2F1/sessions/b': session('b', { liveness: 'gone' }),
      'asm/lab%2F1/sessions/a%2Fb': session('a/b'),
    });
    const { schema: _, ...said } = session('');
    expect(hosts).toEqual([
      {
        host: 'lab/1',
        online: true,
        since: at,
        wasLost: false,
        sessions: [
          { ...said, session: 'a/b', liveness: 'alive' },
          { ...said, session: 'b', liveness: 'gone' },
        ],
      },
      { host: 'lab2', online: true, since: at, wasLost: false, sessions: [] },
    ]);
  });

  test.each([
    ['ended in order', state({ online: false, since: later }), { since: later, wasLost: false }],
    ['lost: after its last sign of life', state({ online: false, counts: null }), { since: later, wasLost: true }],
    ['without a state', '', { since: later, wasLost: true }],
  ])('an offline one, %s: nothing is known of its sessions', (_, said, expected) => {
    const waits = { activity: 'waiting', waiting_for: 'question', waiting_since: at };
    const { hosts } = viewOf({ 'asm/lab1/state': said, 'asm/lab1/sessions/a': session('a', waits) });
    const unseen = { liveness: 'unknown', activity: null, waiting_for: null, waiting_since: null };
    expect(hosts).toMatchObject([{ online: false, ...expected, sessions: [{ session: 'a', ...unseen }] }]);
  });

  test.each([
    ['that says nothing of it', { activity: undefined, waiting_for: undefined, waiting_since: undefined }],
    ['that knows other words', { activity: 'dreaming', waiting_for: 'a sign', waiting_since: 'noon' }],
  ])('what an agent does is not known of a monitor of another version, %s', (_, words) => {
    const { hosts } = viewOf({ 'asm/lab1/state': state({}), 'asm/lab1/sessions/a': session('a', words) });
    expect(hosts[0]?.sessions).toMatchObject([
      { session: 'a', liveness: 'alive', activity: null, waiting_for: null, waiting_since: null },
    ]);
  });

  test('what is taken away is no more', () => {
    const view = makeFleetView('asm');
    const take = (topic: string, value: unknown) =>
      view.take({ topic, payload: Buffer.from(value === '' ? '' : JSON.stringify(value)), retained: false });
    take('asm/lab1/state', state({}));
    take('asm/lab1/sessions/a', session('a'));
    take('asm/lab1/sessions/a', '');
    expect(view.hosts()).toMatchObject([{ host: 'lab1', sessions: [] }]);
    take('asm/lab1/state', '');
    expect(view.hosts()).toEqual([]);
  });

  test.each([
    ['asm/lab1/state', 'no JSON'],
    ['asm/lab1/state', state({ schema: 2 })],
    ['asm/lab1/state', state({ since: 'yesterday' })],
    ['asm/%/state', state({})],
    ['asm/lab1/sessions/a', session('b')],
    ['asm/lab1/sessions/a', session('a', { liveness: 'dead' })],
    ['asm/lab1/sessions/%2f', session('/')],
    ['asm/lab1/sessions/a', '['.repeat(10_000)],
    ['asm/lab1/sessions/a', `"${'x'.repeat(70_000)}"`],
  ])('%s with something else is ignored', (topic, value) => {
    expect(viewOf({ [topic]: value })).toEqual({ hosts: [], taken: [false] });
  });
});
