import { expect, test } from 'vitest';
import { listenOnce } from '../../../src/mqtt/fleet/listen.ts';
import { aServer, settingsFor } from '../a-broker.ts';

const state = { schema: 1, online: true, since: '2026-07-01T08:00:00Z', version: '0.1.0', counts: null };

/** Starts a broker that tells of a host late: with its answer to the first UNSUBSCRIBE, or never. */
function lateBroker(answersUnsubscribe: boolean) {
  const answers = new Map<number, (id: Buffer) => number[]>([
    [0x10, () => [0x20, 2, 0, 0]],
    [0x82, (id) => [0x90, 4, ...id, 0, 0]],
    [0xa2, (id) => [...published('asm/lab1/state', JSON.stringify(state)), 0xb0, 2, ...id]],
  ]);
  if (!answersUnsubscribe) answers.delete(0xa2);
  return aServer((socket) => {
    socket.on('data', (packet) => {
      const answer = answers.get(packet[0] ?? 0)?.(packet.subarray(2, 4));
      if (answer !== undefined) socket.write(Buffer.from(answer));
    });
  });
}

/** Returns the packet of a retained message. */
function published(topic: string, text: string): number[] {
  const body = [0, topic.length, ...Buffer.from(topic), ...Buffer.from(text)];
  return [0x31, 0x80 | (body.length & 0x7f), body.length >> 7, ...body];
}

async function hostsOf(broker: { readonly port: number; close(): Promise<void> }) {
  const hosts = await listenOnce(settingsFor(broker.port), () => undefined, new AbortController().signal);
  await broker.close();
  return hosts;
}

test('what the broker had sent before its next answer counts, also if this process was held up', async () => {
  expect(await hostsOf(await lateBroker(true))).toMatchObject([{ host: 'lab1', online: true }]);
});

test('a broker that never gives that answer has told what it tells', async () => {
  expect(await hostsOf(await lateBroker(false))).toEqual([]);
});
