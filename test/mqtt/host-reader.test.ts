import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Broker } from '../../src/mqtt/broker.ts';
import { eventMessage, readMessage, sessionMessage, stateMessage } from '../../src/mqtt/messages.ts';
import { hostTopics } from '../../src/mqtt/topics.ts';
import type { Log } from '../../src/log/log.ts';
import { FileLog } from '../../src/log/file-log.ts';
import { eventMessages } from '../../src/mqtt/host-messages.ts';
import type { HostLook } from '../../src/mqtt/host-look.ts';
import { HostReader } from '../../src/mqtt/host-reader.ts';
import { aBroker, settingsFor, until, type ABroker } from './a-broker.ts';
import type { Connection, Incoming, Message } from '../../src/mqtt/connection.ts';
import { aDrift } from '../log/a-drift.ts';
import { driftNamed, named } from '../named.ts';

const topics = hostTopics('asm', 'lab/1');
let dir: string;
let log: Log;
let there: ABroker;
let ends: (() => Promise<void>)[];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'asm-mqtt-'));
  log = new FileLog({ dir, registryPath: '/r', place: 'here', now: Date.now, warn: () => undefined });
  there = await aBroker();
  ends = [];
});
afterEach(async () => {
  for (const end of ends) await end();
  await there.close();
  rmSync(dir, { recursive: true });
});

const open = (id: string) => log.append([{ kind: 'opened', drift: aDrift({ id, key: id }) }]);
const on = (topic: string): string[] => there.heard.filter((one) => one.topic === topic).map(({ payload }) => payload);
const driftIds = (): string[] =>
  on(topics.events).flatMap((payload) => (JSON.parse(payload).drifts ?? []).map(({ id }: { id: string }) => id));

function lookOf(sessions: Partial<HostLook['sessions'][number]>[]): HostLook {
  const said = { activity: 'idle', waiting_for: null, waiting_since: null } as const;
  const usual = { session: 'shop', status: 'running', liveness: 'alive', id: null, job: null, ...said } as const;
  return {
    counts: { alive: sessions.length, gone: 0, unknown: 0 },
    sessions: sessions.map((one) => ({ ...usual, ...one })),
  };
}

/** Longer than a busy machine stalls. */
const patienceMs = 30_000;

function makeReader(of: Log, notice: (line: string) => void): HostReader {
  const ports = { log: of, now: Date.now, describe: eventMessages, notice };
  return new HostReader({ ...ports, topics, version: '1.2.3', listenMs: 250, lastEventsMs: patienceMs });
}

async function start(of = log) {
  const said: string[] = [];
  const notice = (line: string): void => void said.push(line);
  const reader = makeReader(of, notice);
  const settings = settingsFor(there.port);
  const broker = new Broker({ settings, will: reader.will, notice: () => undefined, lastWordsMs: patienceMs });
  broker.join(reader);
  await reader.begin();
  const over = new AbortController();
  const running = broker.run(over.signal);
  const end = async (): Promise<void> => {
    over.abort();
    await running;
  };
  ends.push(end);
  return { reader, end, said };
}

describe('events', () => {
  test('who reads for the first time begins with what is open; then each once, in order', async () => {
    await open('over');
    await log.append([{ kind: 'resolved', id: driftNamed('over'), because: 'world', message: null }]);
    await open('stands');
    const { reader } = await start();
    await until('what stands', () => driftIds().length === 1);
    for (let count = 0; count < 120; count += 1) await open(`new-${count}`);
    reader.wake();
    await until('what is new', () => driftIds().length === 121);
    expect(driftIds()).toEqual(['stands', ...Array.from({ length: 120 }, (_, count) => `new-${count}`)]);
    for (const payload of on(topics.events)) expect(readMessage(eventMessage, Buffer.from(payload))).not.toBeNull();
  });

  test('the broker is away, and more than one run meanwhile: each once, in order, when it is back', async () => {
    const first = await start();
    await open('one');
    first.reader.wake();
    await until('the first', () => driftIds().length === 1);
    await there.goAway();
    await open('two');
    first.reader.wake();
    await first.end();
    const second = await start();
    await open('three');
    second.reader.wake();
    await there.comeBack();
    await until('the rest', () => driftIds().length === 3);
    expect(driftIds()).toEqual(['one', 'two', 'three']);
  });

  test('what undoes an edit, what people wrote, and the end of a comment that never arrived, is not told', async () => {
    await start();
    const drift = aDrift({
      id: 'd',
      edits: [
        { op: 'set', entry: { session: 'shop', socket: null }, path: ['status'], from: 'running', to: 'terminated' },
      ],
    });
    const [intended] = await log.append([
      {
        kind: 'intended',
        drifts: [drift],
        edits: drift.edits,
        before: 'b',
        after: 'a',
        entryHashes: { [named('shop')]: 'hash' },
        undo: { secret: 1 },
        by: { pid: 1, start: '1' },
      },
    ]);
    await log.append([
      { kind: 'applied', of: intended?.event ?? '' },
      { kind: 'posting', card: 'c', bodyHash: 'hash', cardPosition: 0, cursor: null },
      { kind: 'posted', card: 'c', of: 'p', bodyHash: 'hash', arrived: false },
      { kind: 'posted', card: 'c', of: 'q', bodyHash: 'hash', arrived: true },
      { kind: 'run', card: 'c', what: 'completed', reason: 'because of what somebody wrote' },
    ]);
    const { reader } = await start();
    reader.wake();
    await until('all five', () => on(topics.events).length >= 5);
    expect(on(topics.events).map((payload) => JSON.parse(payload))).toEqual([
      { schema: 1, event: intended?.event, at: intended?.at, kind: 'intended' },
      expect.objectContaining({
        kind: 'applied',
        of: intended?.event,
        drifts: [
          expect.objectContaining({
            id: 'd',
            edits: [{ path: ['sessions', 'shop', 'status'], from: 'running', to: 'terminated' }],
          }),
        ],
      }),
      { schema: 1, event: expect.any(String), at: expect.any(String), kind: 'posting', card: 'c' },
      expect.objectContaining({ kind: 'posted', of: 'q', card: 'c' }),
      { schema: 1, event: expect.any(String), at: expect.any(String), kind: 'run', card: 'c', what: 'completed' },
    ]);
  });
});

describe('state and sessions', () => {
  test('published as they change, and nothing while nothing does', async () => {
    const { reader } = await start();
    await until('the state', () => there.heard.length === 1);
    reader.look(lookOf([{ session: 'a/b' }, { session: 'shop' }]));
    await until('both', () => there.heard.length === 4);
    const said = there.heard.map(({ topic, payload }) => [topic, JSON.parse(payload)]);
    expect(said).toEqual([
      ['asm/lab%2F1/state', { schema: 1, online: true, since: expect.any(String), version: '1.2.3', counts: null }],
      ['asm/lab%2F1/state', expect.objectContaining({ online: true, counts: { alive: 2, gone: 0, unknown: 0 } })],
      [
        'asm/lab%2F1/sessions/a%2Fb',
        {
          schema: 1,
          session: 'a/b',
          status: 'running',
          liveness: 'alive',
          id: null,
          job: null,
          activity: 'idle',
          waiting_for: null,
          waiting_since: null,
          at: expect.any(String),
        },
      ],
      ['asm/lab%2F1/sessions/shop', expect.objectContaining({ session: 'shop' })],
    ]);
    expect(there.heard.every(({ retain }) => retain)).toBe(true);
    reader.look(lookOf([{ session: 'a/b' }, { session: 'shop' }]));
    reader.look(lookOf([{ session: 'a/b' }, { session: 'shop', liveness: 'gone' }]));
    await until('the change', () => there.heard.length === 5);
    expect(JSON.parse(there.heard[4]?.payload ?? '')).toMatchObject({ session: 'shop', liveness: 'gone' });
    const waits = { activity: 'waiting', waiting_for: 'question', waiting_since: '2026-07-01T09:00:00.000Z' } as const;
    reader.look(
      lookOf([
        { session: 'a/b', ...waits },
        { session: 'shop', liveness: 'gone' },
      ]),
    );
    await until('the wait', () => there.heard.length === 6);
    expect(JSON.parse(there.heard[5]?.payload ?? '')).toMatchObject({ session: 'a/b', ...waits });
  });

  test('a topic that another client removes during the watch is published again, once', async () => {
    const { reader } = await start();
    reader.look(lookOf([{ session: 'shop' }]));
    await until('the session', () => on(topics.session('shop')).length === 1);
    await there.publish(topics.session('shop'), '', true);
    await there.publish(topics.state, '', true);
    await until('both again', () => on(topics.session('shop')).length === 3 && on(topics.state).length === 3);
    reader.look(lookOf([{ session: 'shop', liveness: 'gone' }]));
    await until('the next change', () => on(topics.session('shop')).length === 4);
    expect(on(topics.session('shop')).map((text) => text === '')).toEqual([false, true, false, false]);
    expect(on(topics.state).map((text) => text === '')).toEqual([false, true, false]);
  });

  test('entries that are no more are taken away: while we watch, and after another run', async () => {
    await there.publish(topics.session('of an earlier run'), '{"schema":1}', true);
    await there.publish('asm/lab2/sessions/foreign', '{}', true);
    const { reader } = await start();
    await until('the clearing', () => {
      // On a busy machine the first look may be published before the earlier run's message is heard.
      reader.look(lookOf([{ session: 'shop' }, { session: 'blog' }]));
      return on(topics.session('of an earlier run')).at(-1) === '';
    });
    reader.look(lookOf([{ session: 'shop' }]));
    await until('the removal', () => on(topics.session('blog')).at(-1) === '');
    expect(on('asm/lab2/sessions/foreign')).toEqual(['{}']);
  });

  test('what it heard of an earlier run before it publishes is compared: only what differs is published', async () => {
    expect(await publishedBy([{ session: 'shop' }, { session: 'new' }], [holds('shop'), holds('gone')])).toEqual([
      [topics.state, expect.objectContaining({ online: true })],
      [topics.session('gone'), null],
      [topics.session('new'), expect.objectContaining({ session: 'new' })],
      [topics.state, expect.objectContaining({ online: false })],
    ]);
  });

  test('what it heard of another monitor before it publishes is left', async () => {
    const state = { schema: 1, online: true, since: '2026-07-01T09:00:00.000Z', version: '1.2.3', counts: null };
    const other = { topic: topics.state, payload: Buffer.from(JSON.stringify(state)), retained: false };
    expect(await publishedBy([{ session: 'blog' }], [holds('shop'), other])).toEqual([
      [topics.state, expect.objectContaining({ online: true })],
      [topics.session('blog'), expect.objectContaining({ session: 'blog' })],
      [topics.state, expect.objectContaining({ online: false })],
    ]);
  });

  /** Returns the retained message of a session, as an earlier run has left it. */
  function holds(session: string): Incoming {
    const [seen] = lookOf([{ session }]).sessions;
    const payload = Buffer.from(JSON.stringify({ schema: 1, ...seen, at: '2026-07-01T09:00:00.000Z' }));
    return { topic: topics.session(session), payload, retained: true };
  }

  /** Returns what is published of a look if these messages are heard first; `null`: a topic was emptied. */
  async function publishedBy(sessions: Parameters<typeof lookOf>[0], heard: readonly Incoming[]) {
    const said: Message[] = [];
    const connection: Connection = {
      publish: (message) => Promise.resolve(void said.push(message)),
      subscribe: () => Promise.resolve(),
      catchUp: () => Promise.resolve(),
      over: new Promise(() => undefined),
      isOver: () => false,
      end: () => Promise.resolve(),
      drop: () => undefined,
    };
    const reader = makeReader(log, () => undefined);
    reader.look(lookOf(sessions));
    for (const message of heard) reader.onMessage(message);
    void reader.onUp(connection);
    await reader.lastWords();
    return said.map(({ topic, payload }) => [topic, payload === '' ? null : JSON.parse(payload)]);
  }

  test('of another monitor of this host are left, ours are put there again, and both say so', async () => {
    const other = new FileLog({
      dir: join(dir, 'other'),
      registryPath: '/o',
      place: 'here',
      now: Date.now,
      warn: () => undefined,
    });
    const kept = (): string[] => {
      const all = new Map(there.heard.map(({ topic, payload }) => [topic, payload]));
      return [...all]
        .filter(([topic, payload]) => topic.includes('/sessions/') && payload !== '')
        .map(([topic]) => topic);
    };
    const first = await start();
    first.reader.look(lookOf([{ session: 'shop' }]));
    await until('the first', () => kept().length === 1);
    const second = await start(other);
    second.reader.look(lookOf([{ session: 'blog' }]));
    const line =
      'another monitor publishes under asm/lab%2F1/state too: give each registry of a host its own mqtt.prefix';
    await until('both to say so', () => first.said.length > 0 && second.said.length > 0);
    await until(
      'both sessions',
      () => kept().toSorted().join() === [topics.session('blog'), topics.session('shop')].join(),
    );
    expect([first.said, second.said]).toEqual([[line], [line]]);
    await second.end();
    await until('the first to speak for the host', () => on(topics.state).at(-1)?.includes('"online":true') === true);
    const last = (session: string): unknown => JSON.parse(on(topics.session(session)).at(-1) ?? '');
    await until('nobody to watch the session of the second', () => on(topics.session('blog')).length === 2);
    expect(last('blog')).toMatchObject({ session: 'blog', status: 'running', liveness: 'unknown', activity: null });
    expect(last('shop')).toMatchObject({ liveness: 'alive' });
    // As a third monitor does that took the first one for the one that ended.
    const taken = JSON.stringify({ ...(last('shop') as object), liveness: 'unknown' });
    const before = on(topics.session('shop')).length;
    await there.publish(topics.session('shop'), taken, true);
    await until('the first to watch it', () => on(topics.session('shop')).length === before + 2);
    expect(last('shop')).toMatchObject({ liveness: 'alive' });
    expect(first.said).toEqual([line]);
  });

  test('a monitor that starts again beside another one learns of it, and leaves its sessions', async () => {
    const other = new FileLog({
      dir: join(dir, 'other'),
      registryPath: '/o',
      place: 'here',
      now: Date.now,
      warn: () => undefined,
    });
    const last = (session: string): string | undefined => on(topics.session(session)).at(-1);
    const first = await start();
    first.reader.look(lookOf([{ session: 'shop' }]));
    await until('the first', () => last('shop') !== undefined);
    const second = await start(other);
    second.reader.look(lookOf([{ session: 'blog' }]));
    await until('both to know', () => first.said.length > 0 && second.said.length > 0);
    await second.end();
    await until('the end of the second', () => last('blog')?.includes('unknown') === true);
    const before = on(topics.session('shop')).length;
    const third = await start(other);
    third.reader.look(lookOf([{ session: 'blog' }]));
    await until('the third', () => last('blog')?.includes('alive') === true);
    await until('the third to know of the first', () => third.said.length > 0);
    expect(on(topics.session('shop')).slice(before)).toEqual([]);
    await first.end();
    await until('the end of the first', () => last('shop')?.includes('unknown') === true);
    expect(last('blog')).toMatch(/alive/);
  });

  test('a last will of ours that comes late is no end of another monitor', async () => {
    const other = new FileLog({
      dir: join(dir, 'other'),
      registryPath: '/o',
      place: 'here',
      now: Date.now,
      warn: () => undefined,
    });
    const first = await start();
    first.reader.look(lookOf([{ session: 'shop' }]));
    const second = await start(other);
    second.reader.look(lookOf([{ session: 'blog' }]));
    await until('both to know', () => first.said.length > 0 && second.said.length > 0);
    await until('both sessions', () => ['shop', 'blog'].every((name) => on(topics.session(name)).length > 0));
    await there.publish(topics.state, first.reader.will().payload, true);
    await until('the second to take it for the end of the first, which says otherwise', () =>
      /"unknown".*"alive"/.test(on(topics.session('shop')).join()),
    );
    expect(on(topics.session('blog')).join()).not.toContain('"unknown"');
  });

  test('ends with the last events and online: false; lost, the broker says so', async () => {
    const first = await start();
    first.reader.look(lookOf([{}]));
    await until('the session', () => on(topics.session('shop')).length === 1);
    await open('last');
    await first.end();
    const offline = () => on(topics.state).find((payload) => payload.includes('"online":false')) ?? '';
    await until('the last word', () => offline() !== '');
    expect(readMessage(stateMessage, Buffer.from(offline()))).toMatchObject({ counts: { alive: 1 } });
    expect(driftIds()).toEqual(['last']);

    await start();
    await until('it is back', () => on(topics.state).at(-1)?.includes('"online":true') === true);
    there.cut();
    await until('the last will', () =>
      on(topics.state).some((payload) => JSON.parse(payload).counts === null && !JSON.parse(payload).online),
    );
    await until('it is back again', () => on(topics.state).at(-1)?.includes('"online":true') === true);
  });

  test('a last will of ours that comes late is put right', async () => {
    const { reader } = await start();
    await until('it is there', () => on(topics.state).length === 1);
    await there.publish(topics.state, reader.will().payload, true);
    await until('it says so again', () => on(topics.state).length === 3);
    expect(JSON.parse(on(topics.state)[2] ?? '')).toMatchObject({ online: true });
  });

  test('two entries of one name are one topic: the one that runs', async () => {
    const { reader } = await start();
    reader.look(lookOf([{ liveness: 'alive' }, { status: 'terminated', liveness: 'gone' }]));
    await until('one', () => on(topics.session('shop')).length === 1);
    expect(readMessage(sessionMessage, Buffer.from(on(topics.session('shop'))[0] ?? ''))).toMatchObject({
      status: 'running',
    });
  });
});
