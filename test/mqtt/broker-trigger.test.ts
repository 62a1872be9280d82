import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startBrokerTrigger } from '../../src/mqtt/broker-trigger.ts';
import { aBroker, settingsFor, until, type ABroker } from './a-broker.ts';
import { settings } from '../operations/fake-context.ts';

let there: ABroker;
let stop: AbortController;
let lines: string[];
let hints: number[];
beforeEach(async () => {
  there = await aBroker();
  stop = new AbortController();
  lines = [];
  hints = [];
});
afterEach(async () => {
  stop.abort();
  await there.close();
});

async function start(change: { gapMs?: number; togetherMs?: number } = {}) {
  const trigger = startBrokerTrigger({
    mqtt: settingsFor(there.port),
    settings,
    notice: (line) => void lines.push(line),
    ...change,
  });
  trigger.start(() => void hints.push(performance.now()), stop.signal);
  await until('the subscription', () => trigger.state().on);
  return trigger;
}

describe('a message on the broker', () => {
  test.each([
    ['delegate-job/3f2a/events', '{"state":"done"}'],
    ['asm/lab1/hint', ''],
  ])('is a hint at once, whatever it says: %s %s', async (topic, payload) => {
    // Only a hint that waits for nothing comes before the end of the test.
    await start({ gapMs: 600_000 });
    await there.publish('elsewhere', '{}');
    await there.publish(topic, payload);
    await until('the hint', () => hints.length === 1);
  });

  test('is none if it was retained before we listened', async () => {
    await there.publish('asm/lab1/hint', '{}', true);
    await start();
    await there.publish('asm/lab1/hint', '{}');
    await until('the new one', () => hints.length > 0);
    expect(hints).toHaveLength(1);
  });

  test('bad ones are no hints, and one counted line', async () => {
    await start({ togetherMs: 600_000 });
    const bad = [
      'no JSON',
      `"${'x'.repeat(5 * 1024 * 1024)}"`,
      '['.repeat(10_000),
      '"\\u0007"',
      '{"session":"--now"}',
      '{"session":"/etc"}',
    ];
    for (const payload of bad) await there.publish('asm/lab1/hint', payload);
    await there.publish('asm/lab1/hint', '{}');
    await until('the good one', () => hints.length > 0);
    expect(lines).toHaveLength(1);
    stop.abort();
    expect(lines).toEqual([
      expect.stringContaining('connected'),
      'MQTT broker: dropped 6 messages (1 not JSON, 1 too long, 1 nested too deep, 1 with control characters, 2 with an odd session name)',
    ]);
    expect(hints).toHaveLength(1);
  });

  test('1,000 in a burst are a few hints, the last after the last message', async () => {
    const gapMs = 500;
    await start({ gapMs });
    const burst = Array.from({ length: 999 }, (_, count) => there.publish('asm/lab1/hint', `{"n":${count}}`));
    await Promise.all(burst);
    const sent = performance.now();
    await there.publish('asm/lab1/hint', '{"n":999}');
    await until('the last hint', () => (hints.at(-1) ?? 0) > sent && hints.length > 1);
    const gaps = hints.slice(1).map((at, before) => at - (hints[before] ?? 0));
    // A timer of Node may be a millisecond early.
    for (const gap of gaps) expect(gap).toBeGreaterThan(gapMs - 5);
  });

  test('says where it stands', async () => {
    const trigger = await start();
    expect(trigger.state()).toEqual({ on: true });
    await there.goAway();
    await until('the loss', () => !trigger.state().on);
    await until('the reason', () => lines.length === 2);
    expect(trigger.state()).toMatchObject({ on: false });
  });
});
