import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Broker, type Member } from '../../src/mqtt/broker.ts';
import type { Incoming } from '../../src/mqtt/connection.ts';
import { aBroker, aServer, settingsFor, until, type ABroker } from './a-broker.ts';

let there: ABroker;
let stop: AbortController;
let running: Promise<void>;
let lines: string[];
beforeEach(async () => {
  there = await aBroker();
  stop = new AbortController();
  running = Promise.resolve();
  lines = [];
});
afterEach(async () => {
  stop.abort();
  await running;
  await there.close();
});

/** Starts the connection with one member, in a process whose random numbers are all the least. */
function start(port = there.port, change: Parameters<typeof settingsFor>[1] = {}, member: Partial<Member> = {}) {
  const heard: Incoming[] = [];
  const broker = new Broker({
    settings: settingsFor(port, change),
    notice: (line) => void lines.push(line.replaceAll(String(port), 'PORT')),
    random: () => 0,
  });
  broker.join({ topics: ['asm/+/hint'], onMessage: (message) => void heard.push(message), ...member });
  running = broker.run(stop.signal);
  return { broker, heard };
}

describe('the connection of a process', () => {
  test('one line a change of state: there, lost, back again', async () => {
    const { broker } = start();
    await until('the connection', () => broker.trouble === null);
    await there.goAway();
    await until('the loss', () => lines.length === 2);
    await there.comeBack();
    await until('the return', () => broker.trouble === null);
    expect(lines).toEqual([
      'the MQTT broker is connected (mqtt://127.0.0.1:PORT)',
      'the MQTT broker cannot be reached: connection lost (mqtt://127.0.0.1:PORT); it is tried again',
      'the MQTT broker is connected (mqtt://127.0.0.1:PORT)',
    ]);
  });

  test('away at the start: said once, however often it is tried', async () => {
    await there.goAway();
    const { broker, heard } = start();
    await until('the first failure', () => lines.length === 1);
    expect(broker.trouble).toBe('the MQTT broker cannot be reached: connection refused');
    await there.comeBack();
    await until('the connection', () => broker.trouble === null);
    await there.publish('asm/lab1/hint', '{}');
    await until('the message', () => heard.length === 1);
    expect(lines).toHaveLength(2);
  });

  test.each([
    ['a stranger on that port', (socket: Socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['nothing but noise', (socket: Socket) => void socket.write(Buffer.alloc(4096, 0xff))],
    ['a greeting, then noise', greetThenNoise],
  ])('%s: tried again, and said', async (_, answer) => {
    const server = await aServer(answer);
    start(server.port);
    await until('the trouble', () => lines.some((line) => line.includes('cannot be reached')));
    stop.abort();
    await running;
    await server.close();
  });

  test('a message that was retained before we listened says so', async () => {
    await there.publish('asm/lab1/hint', '{}', true);
    const { heard } = start();
    await until('the message', () => heard.length === 1);
    await there.publish('asm/lab1/hint', '{}', true);
    await until('the second', () => heard.length === 2);
    expect(heard.map(({ retained }) => retained)).toEqual([true, false]);
  });

  test('work that fails ends the connection, says why, and is tried again', async () => {
    let attempts = 0;
    start(
      there.port,
      {},
      {
        onUp: () => Promise.reject(new Error(`no room on the disk ${(attempts += 1)}`)),
      },
    );
    await until('the second attempt', () => attempts === 2);
    expect(lines[1]).toContain('no room on the disk 1');
  });

  test.each([
    ['in order without the last will, where the last words were said', () => Promise.resolve(), []],
    ['by the last will, where they were not', () => Promise.reject(new Error('no')), ['asm/lab1/state']],
  ])('ends %s', async (_, lastWords, expected) => {
    const broker = new Broker({
      settings: settingsFor(there.port),
      will: () => ({ topic: 'asm/lab1/state', payload: '{}', retain: true }),
      notice: () => undefined,
      endMs: 60_000,
    });
    broker.join({ topics: [], onMessage: () => undefined, lastWords });
    running = broker.run(stop.signal);
    await until('the connection', () => broker.trouble === null);
    stop.abort();
    await running;
    await until('the broker to see it', () => there.aedes.connectedClients === 0);
    expect(there.heard.map(({ topic }) => topic)).toEqual(expected);
  });
});

/** Answers with a proper CONNACK and SUBACK, and then with bytes that are no packet. */
function greetThenNoise(socket: Socket): void {
  socket.on('data', (bytes) => {
    const kind = (bytes[0] ?? 0) >> 4;
    if (kind === 1) socket.write(Buffer.from([0x20, 2, 0, 0]));
    if (kind !== 8) return;
    socket.write(Buffer.from([0x90, 3, bytes[2] ?? 0, bytes[3] ?? 0, 1]));
    socket.write(Buffer.alloc(64, 0xff));
  });
}
