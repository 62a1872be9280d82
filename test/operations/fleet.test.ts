import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isoMillis } from '../../src/core/words/time.ts';
import type { MqttSettings } from '../../src/config/settings.ts';
import { checkBroker } from '../../src/mqtt/check-broker.ts';
import { fleet } from '../../src/operations/fleet.ts';
import { aBroker, settingsFor, until, type ABroker } from '../mqtt/a-broker.ts';
import { answers, at, fakeContext, settings } from './fake-context.ts';

const state = { schema: 1, online: true, since: '2026-07-01T09:00:00.000Z', version: '0.1.0', counts: null };
const session = {
  schema: 1,
  session: 'shop-\u001b[31mcreator-claude',
  status: 'running',
  liveness: 'alive',
  id: '87dc548e',
  job: null,
  activity: 'waiting',
  waiting_for: 'permission prompt',
  waiting_since: isoMillis(at - 12 * 60_000),
  at: '2026-07-01T10:00:00.000Z',
};
const topic = `asm/lab1/sessions/${encodeURIComponent(session.session)}`;

let there: ABroker;
beforeEach(async () => {
  there = await aBroker('s3cret');
});
afterEach(() => there.close());

function contextWith(mqtt: MqttSettings | null, signal?: AbortSignal) {
  const fake = fakeContext(signal === undefined ? {} : { signal });
  return { ...fake, context: { ...fake.context, settings: { ...settings, mqtt } } };
}

const mine = (): MqttSettings => settingsFor(there.port, { user: 'me', password: 's3cret' });

describe('fleet', () => {
  test('shows every host, and tells how much was none of ours', async () => {
    await there.publish('asm/lab1/state', JSON.stringify(state), true);
    await there.publish(topic, JSON.stringify(session), true);
    await there.publish('asm/lab2/state', JSON.stringify({ ...state, online: false }), true);
    await there.publish('asm/lab3/state', 'nonsense', true);
    const { context, said } = contextWith(mine());
    const [answer] = await answers(fleet, context);
    const { schema: _, ...shown } = session;
    expect(answer?.json).toEqual({
      hosts: [
        { host: 'lab1', online: true, since: state.since, lost: false, sessions: [shown] },
        { host: 'lab2', online: false, since: state.since, lost: true, sessions: [] },
      ],
    });
    expect(answer?.text).toMatchInlineSnapshot(`
      "lab1  online since 2026-07-01T09:00:00.000Z
        shop-\\x1b[31mcreator-claude  needs you 12m: permission prompt  87dc548e  -

      lab2  offline since some time after 2026-07-01T09:00:00.000Z
        no sessions"
    `);
    expect(said).toEqual(['stderr: MQTT broker: ignored 1 message (1 not of our schema)\n']);
  });

  test('--watch shows it again as it changes, also after the broker was away', async () => {
    const stop = new AbortController();
    const { context, said } = contextWith(mine(), stop.signal);
    const shown: string[] = [];
    const watching = (async () => {
      const input = { words: [], values: { watch: true }, json: false };
      for await (const { text } of fleet.run(context, input)) shown.push(text);
    })();
    await until('the first', () => shown.length === 1);
    await until('the connection', () => said.length === 1);
    await there.publish('asm/lab1/state', JSON.stringify(state), true);
    await until('the host', () => shown.length === 2);
    await there.goAway();
    await until('the loss', () => said.length === 2);
    await there.publish('asm/lab1/state', JSON.stringify({ ...state, online: false }), true);
    await there.comeBack();
    await until('the end of the host', () => shown.length === 3);
    stop.abort();
    await watching;
    expect(shown.map((text) => text.trim())).toEqual([
      'no hosts on the broker',
      'lab1  online since 2026-07-01T09:00:00.000Z\n  no sessions',
      'lab1  offline since some time after 2026-07-01T09:00:00.000Z\n  no sessions',
    ]);
  });

  test('without a broker, or with one that is not there or refuses: what, where, what to do', async () => {
    const failed = async (mqtt: MqttSettings | null) =>
      answers(fleet, contextWith(mqtt).context).catch(({ code, message, where, cure }) => [code, message, where, cure]);
    const port = String(there.port);
    const refused = await failed({ ...mine(), password: 'wrong' });
    await there.goAway();
    expect(
      [await failed(null), await failed(mine()), refused].map((one) => String(one).replaceAll(port, 'PORT').split(',')),
    ).toMatchInlineSnapshot(`
      [
        [
          "2",
          "there is no MQTT broker to ask",
          "",
          "set mqtt.url in the config",
          " or AGENT_SESSIONS_MQTT_URL; \`asm monitor\` then puts this host there. Without one: --ssh host",
          "host",
        ],
        [
          "5",
          "the MQTT broker cannot be reached: connection refused",
          "mqtt://127.0.0.1:PORT",
          "start it",
          " or correct mqtt.url or AGENT_SESSIONS_MQTT_URL",
        ],
        [
          "5",
          "the MQTT broker refuses the connection: not authorized",
          "mqtt://127.0.0.1:PORT",
          "check the user (mqtt.user) and the password (mqtt.password_file)",
        ],
      ]
    `);
  });
});

test('doctor: off, connected as whom, refused; the password is never shown', async () => {
  const asked = async (mqtt: MqttSettings | null) => {
    const finding = await checkBroker({ ...settings, mqtt }, AbortSignal.timeout(30_000));
    return JSON.parse(JSON.stringify(finding).replaceAll(String(there.port), 'PORT'));
  };
  const url = `mqtt://me:wr0ng@127.0.0.1:${there.port}`;
  expect([await asked(null), await asked(mine()), await asked(settingsFor(there.port, { url }))])
    .toMatchInlineSnapshot(`
      [
        {
          "cure": null,
          "id": "mqtt",
          "message": "MQTT: off, no broker is configured",
          "ok": true,
        },
        {
          "cure": null,
          "id": "mqtt",
          "message": "MQTT: mqtt://127.0.0.1:PORT with a user: connected",
          "ok": true,
        },
        {
          "cure": "check the user (mqtt.user) and the password (mqtt.password_file)",
          "id": "mqtt",
          "message": "MQTT: mqtt://127.0.0.1:PORT with a user: the MQTT broker refuses the connection: not authorized",
          "ok": false,
        },
      ]
    `);
});
