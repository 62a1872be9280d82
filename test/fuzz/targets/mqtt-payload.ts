import { expect } from 'vitest';
import { clean } from '../../../src/core/words/text.ts';
import { faultOf } from '../../../src/mqtt/hint-payload.ts';
import { makeFleetView } from '../../../src/mqtt/fleet/fleet-view.ts';
import { encodeLevel } from '../../../src/mqtt/topics.ts';
import { eventMessage, readMessage, sessionMessage, stateMessage } from '../../../src/mqtt/messages.ts';
import { isObject, jsonIn } from '../../../src/system/json.ts';
import type { Target } from './target.ts';

const at = '2026-07-01T09:00:00.000Z';

/** A payload from a broker: a message of this program, a hint, or refused with a reason. */
export const mqttPayload: Target = {
  name: 'mqtt-payload',
  seeds: [
    '{"session":"shop-creator-claude","event":"done","note":["a\\n","b"]}',
    JSON.stringify({ schema: 1, online: true, since: at, version: '1', counts: { alive: 1, gone: 0, unknown: 0 } }),
    JSON.stringify({ schema: 1, session: 'one', status: 'running', liveness: 'alive', id: null, job: null, at }),
    JSON.stringify({ schema: 1, event: 'e1', at, kind: 'opened', drifts: [], message: null, because: 'world' }),
    '{"session":"../x"}',
    '[[[[]]]]',
    '',
  ],
  parse: (text) => [
    faultOf(Buffer.from(text), 'session'),
    readMessage(stateMessage, Buffer.from(text)),
    readMessage(sessionMessage, Buffer.from(text)),
    readMessage(eventMessage, Buffer.from(text)),
  ],
  check: (text) => {
    for (const payload of [Buffer.from(text), Buffer.from(text, 'latin1')]) {
      hint(payload);
      fleet(payload);
      const event = readMessage(eventMessage, payload);
      if (event !== null) expect(Number.isFinite(Date.parse(event.at))).toBe(true);
    }
  },
};

function hint(payload: Buffer): void {
  const text = payload.toString();
  if (faultOf(payload, 'session') !== null || text === '') return;
  const value: unknown = JSON.parse(text);
  expect(depthOf(value)).toBeLessThanOrEqual(32);
  expect(
    clean(
      stringsIn(value)
        .join('')
        .replaceAll(/[\t\r\n]/g, ''),
    ),
  ).toBe(
    stringsIn(value)
      .join('')
      .replaceAll(/[\t\r\n]/g, ''),
  );
  const session = isObject(value) ? value['session'] : undefined;
  if (typeof session === 'string') expect(session.split('/')).not.toContain('..');
  if (typeof session === 'string') expect(session).not.toMatch(/^[-~/]/);
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [key, ...stringsIn(one)]);
}

function fleet(payload: Buffer): void {
  const view = makeFleetView('asm');
  const said = jsonIn(payload.toString());
  const name = isObject(said) && typeof said['session'] === 'string' ? said['session'] : 'one';
  const taken = [
    view.take({ topic: 'asm/h/state', payload, retained: true }),
    view.take({ topic: `asm/h/sessions/${encodeLevel(name)}`, payload, retained: true }),
  ];
  const hosts = view.hosts();
  if (taken.every((one) => !one)) expect(hosts).toEqual([]);
  for (const { since, sessions, online } of hosts) {
    if (since !== null) expect(Number.isFinite(Date.parse(since))).toBe(true);
    // A host that is not seen tells of no living session.
    if (!online) expect(sessions.every(({ liveness }) => liveness === 'unknown')).toBe(true);
  }
}
