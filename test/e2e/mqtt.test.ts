import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aServer } from '../mqtt/a-broker.ts';
import { asHost, openNetwork } from './hosts.ts';
import { last, Mosquitto, password } from './mosquitto.ts';
import { PrivateWorld, program, until, untilSo, which, type Running } from './private-world.ts';
import { untilQuiet } from './until-quiet.ts';

/** `npm run soak` keeps the broker away for a minute. */
const awayMs = Number(process.env['AWAY_SECONDS'] ?? 0) * 1_000;

let world: PrivateWorld;
let broker: Mosquitto;
const brokers: Mosquitto[] = [];
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(async () => {
  for (const one of brokers.splice(0)) one.close();
  await world.close();
});

const base = `asm/${encodeURIComponent(hostname())}`;

async function startBroker(options: Parameters<typeof Mosquitto.start>[1] = {}): Promise<void> {
  broker = await Mosquitto.start(world, options);
  brokers.push(broker);
  world.env['AGENT_SESSIONS_MQTT_URL'] = broker.url();
}

/** Returns the lines about the broker. */
const said = ({ stderr }: Running): readonly string[] =>
  stderr()
    .replaceAll(String(broker.port), 'PORT')
    .split('\n')
    .filter((line) => /MQTT/.test(line));

const connectedLine = 'the MQTT broker is connected (mqtt://127.0.0.1:PORT)';

/** Returns the ids of the log's events in order, without `seen`: that event is this host's memory, and no news. */
function logged(): readonly string[] {
  const [folder = ''] = readdirSync(world.state).filter((name) => /^[0-9a-f]{8}$/.test(name));
  const lines = readFileSync(join(world.state, folder, 'log.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line)).flatMap(({ kind, event }) => (kind === 'seen' ? [] : [event]));
}

/** Returns what came from the broker within a second: not always all that it holds. */
async function fleet() {
  const { stdout, stderr, code } = await world.run(['fleet', '--json']);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout).hosts;
}

describe('a monitor on a real broker', () => {
  test('with a password: hints come in, state, sessions and events go out; the password is nowhere', async () => {
    await startBroker({ withPassword: true });
    Object.assign(world.env, { AGENT_SESSIONS_MQTT_USER: 'me', AGENT_SESSIONS_MQTT_PASSWORD: password });
    const heard = await broker.listen('#', { user: 'me' });
    await world.openSession('shop-creator-claude');
    // A server that ends with its last session gives no answer for a moment.
    await world.openSession('kept');
    const monitor = await world.monitor(['--interval', '10m']);
    const session = `${base}/sessions/shop-creator-claude`;
    await until('the session', () => last(heard, session)?.liveness === 'alive');
    expect(last(heard, `${base}/state`)).toMatchObject({ schema: 1, online: true, version: '0.1.0' });
    const alive = { session: 'shop-creator-claude', status: 'running', liveness: 'alive' };
    await untilSo(async () =>
      expect((await fleet())[0]).toMatchObject({ host: hostname(), online: true, sessions: [alive] }),
    );
    expect((await world.run(['doctor'])).stdout).toContain(`ok   MQTT: ${broker.url()} with a user: connected`);

    world.tmux(['kill-session', '-t', '=shop-creator-claude']);
    const client = await broker.client({ user: 'me' });
    await client.publishAsync('delegate-job/3f2a/events', '{"state":"done"}', { qos: 1 });
    await until('the death, long before the interval', () => last(heard, session)?.status === 'terminated');
    expect(last(heard, session)).toMatchObject({ liveness: 'gone', status: 'terminated' });

    const ended = Date.now();
    expect(await monitor.end('SIGTERM')).toBe(0);
    await until('the end', () => last(heard, `${base}/state`)?.online === false);
    expect(Date.parse(last(heard, `${base}/state`).since)).toBeGreaterThan(ended - 1_000);
    const events = heard.filter(({ topic }) => topic === `${base}/events`).map(({ text }) => JSON.parse(text));
    expect(events.map(({ event }) => event)).toEqual(logged());
    expect(events.at(-1)).toMatchObject({ kind: 'run', what: 'paused' });
    expect(said(monitor)).toEqual([connectedLine]);
    for (const text of [monitor.stdout(), monitor.stderr(), ...heard.map(({ text }) => text)])
      expect(text).not.toContain(password);
  });

  test('that refuses the password: one line, and the poll does it alone; then the right one', async () => {
    await startBroker({ withPassword: true });
    const file = world.file('home/password', 'wrong-one');
    const config = `mqtt:\n  url: mqtt://me@127.0.0.1:${broker.port}\n  password_file: ${file}\n`;
    world.env['AGENT_SESSIONS_MONITOR_CONFIG'] = world.file('home/config.yaml', config);
    delete world.env['AGENT_SESSIONS_MQTT_URL'];
    await world.openSession('shop-creator-claude');
    const monitor = await world.monitor();
    await until('the registry', () => world.readRegistry().includes('shop-creator-claude'));
    await until('the refusal', () => said(monitor).length > 0);
    const asked = await world.run(['fleet']);
    expect([asked.code, asked.stdout, asked.stderr.replaceAll(String(broker.port), 'PORT').split('\n')]).toEqual([
      5,
      '',
      [
        'the MQTT broker refuses the connection: not authorized',
        'mqtt://127.0.0.1:PORT',
        'check the user (mqtt.user) and the password (mqtt.password_file)',
        '',
      ],
    ]);
    writeFileSync(file, `${password}\n`);
    await until('the connection', () => said(monitor).length === 2);
    expect(said(monitor)).toEqual([
      'the MQTT broker refuses the connection: not authorized (mqtt://127.0.0.1:PORT); it is tried again',
      connectedLine,
    ]);
    expect(await monitor.end('SIGTERM')).toBe(0);
    expect(monitor.stderr()).not.toContain('wrong-one');
  });

  test(
    'killed and started again under load: each event once, in order; one pass at a time; one line a change',
    { timeout: awayMs + 300_000 },
    async () => {
      await startBroker();
      const heard = await broker.listen(`${base}/events`);
      const passes = countPasses();
      await world.openSession('shop-creator-claude');
      const monitor = await world.monitor();
      await until('the first events', () => heard.length > 2);

      const client = await broker.client();
      const load = setInterval(() => {
        for (let count = 0; count < 17; count += 1) client.publish('asm/all/hint', '{}');
      }, 100);
      try {
        await until('some load', () => passes().length > 20);
        await broker.end('SIGKILL');
        const lostAt = performance.now();
        await until('the loss', () => said(monitor).length === 2);
        for (const name of ['a', 'b', 'c']) {
          await world.openSession(`${name}-creator-claude`);
          await until(`${name} to be registered`, () => world.readRegistry().includes(`${name}-creator-claude`));
          world.tmux(['kill-session', '-t', `=${name}-creator-claude`]);
        }
        await until('the last death', () => (world.readRegistry().match(/status: terminated/g) ?? []).length === 3);
        await until('its return', () => performance.now() >= lostAt + awayMs, awayMs + 20_000);
        await broker.start();
        await until('the return', () => said(monitor).length === 3);
        await world.openSession('after-creator-claude');
        await until('it to be registered', () => world.readRegistry().includes('after-creator-claude'));
      } finally {
        clearInterval(load);
      }
      expect(await monitor.end('SIGTERM')).toBe(0);
      const ids = () => heard.map(({ text }) => JSON.parse(text).event);
      await until('the last event', () => ids().at(-1) === logged().at(-1));
      expect(ids()).toEqual(logged());
      expect(passes().includes('!'), 'two at once').toBe(false);
      expect(said(monitor)).toEqual([
        connectedLine,
        expect.stringMatching(/^the MQTT broker cannot be reached: connection (lost|refused) .*; it is tried again$/),
        connectedLine,
      ]);
    },
  );

  test('kill -9 after an event was published, and before that is noted: told again by the same id, none lost', async () => {
    await startBroker();
    const heard = await broker.listen(`${base}/events`);
    const ids = () => heard.map(({ text }) => JSON.parse(text).event);
    await world.openSession('kept');
    await (await world.monitor()).end('SIGTERM');
    await until('the end of the first run', () => ids().length > 0 && ids().at(-1) === logged().at(-1));
    const before = ids().length;
    // The second of its events arrives, but the monitor never hears so.
    const direct = broker.url();
    world.env['AGENT_SESSIONS_MQTT_URL'] = await broker.wire(`${base}/events`, 2);
    await world.openSession('shop-creator-claude');
    const monitor = await world.monitor();
    await until('the second event', () => ids().length === before + 2);
    await until('more of them', () => logged().length > before + 2);
    await monitor.end('SIGKILL');
    expect(ids()).toEqual(logged().slice(0, before + 2));
    world.env['AGENT_SESSIONS_MQTT_URL'] = direct;
    const next = await world.monitor();
    // The killed monitor's lock of the cursor is freed after some seconds.
    const unheard = logged()[before + 1];
    const times = () => ids().filter((id) => id === unheard).length;
    await until('it again', () => times() === 2);
    await next.end('SIGTERM');
    await until('the last event', () => ids().at(-1) === logged().at(-1));
    // The first of the two may or may not be recorded as delivered.
    expect([...new Set(ids())]).toEqual(logged());
    expect(times()).toBe(2);
  });

  test('away at the start: everything is told once it is there', async () => {
    await startBroker();
    await broker.end('SIGTERM');
    await world.openSession('shop-creator-claude');
    const monitor = await world.monitor();
    await until('the registry', () => world.readRegistry().includes('shop-creator-claude'));
    await broker.start();
    const heard = await broker.listen('#');
    await until('the events', () => heard.some(({ text }) => text.includes('session-unregistered')));
    await monitor.end('SIGTERM');
    await until('the end', () => heard.some(({ text }) => text.includes('"paused"')));
    const events = heard.filter(({ topic }) => topic === `${base}/events`);
    expect(events.map(({ text }) => JSON.parse(text).event)).toEqual(logged());
  });

  test('kill -9: its host is offline by last will, and no session gone; the next run clears what is no more', async () => {
    await startBroker();
    const heard = await broker.listen('#');
    await world.openSession('shop-creator-claude');
    await world.openSession('blog-creator-agy', { agent: 'agy' });
    const monitor = await world.monitor();
    await until('both', async () => (await fleet())[0]?.sessions.length === 2);
    await monitor.end('SIGKILL');
    await until('the last will', () => last(heard, `${base}/state`)?.online === false);
    const unseen = { liveness: 'unknown' };
    await untilSo(async () => {
      const hosts = await fleet();
      expect(hosts).toMatchObject([{ online: false, since: expect.any(String), sessions: [unseen, unseen] }]);
    });
    await untilSo(async () =>
      expect((await world.run(['fleet'])).stdout).toMatch(/ {2}offline since some time after \S+\n/),
    );

    world.tmux(['kill-session', '-t', '=blog-creator-agy']);
    const kept = world.readRegistry().split(/^(?= {2}\S)/m);
    world.writeRegistry(kept.filter((entry) => !entry.includes('blog-creator-agy')).join(''), 60);
    const next = await world.monitor();
    const left = { session: 'shop-creator-claude', liveness: 'alive' };
    await untilSo(async () => expect((await fleet())[0]).toMatchObject({ online: true, sessions: [left] }));
    await next.end('SIGTERM');
  });
});

test.each([
  ['never greets', () => undefined],
  ['greets and then says nothing', greetOnly],
])('a broker that %s holds nothing up', async (_, onSocket) => {
  const server = await aServer(onSocket);
  world.env['AGENT_SESSIONS_MQTT_URL'] = `mqtt://127.0.0.1:${server.port}`;
  await world.openSession('shop-creator-claude');
  const monitor = await world.monitor();
  await until('the card', async () => (await world.comments(monitor.card)).length === 1);
  const before = performance.now();
  expect(await monitor.end('SIGTERM')).toBe(0);
  expect(performance.now() - before).toBeLessThan(30_000);
  const asked = await world.run(['fleet']);
  expect([asked.code, asked.stderr.split('\n').length]).toEqual([5, 4]);
  await server.close();
});

function greetOnly(socket: Socket): void {
  socket.once('data', () => socket.write(Buffer.from([0x20, 2, 0, 0])));
}

test('two hosts meet in fleet; one that is lost takes nothing from the other', async () => {
  const network = openNetwork();
  try {
    const addresses = ['127.0.0.1', ...(network === null ? [] : [network.outside])];
    await startBroker({ addresses });
    const stays = startHost('lab-one', []);
    const lost = startHost('lab-two', network?.enter ?? [], broker.url(network?.outside));
    const known = async () =>
      (await fleet()).flatMap(({ host, online, sessions }: Host) =>
        sessions.map(({ session, liveness }) => `${host} ${online ? 'online' : 'offline'}: ${session} ${liveness}`),
      );
    const one = 'lab-one online: of-lab-one gone';
    await untilSo(async () => expect(await known()).toEqual([one, 'lab-two online: of-lab-two gone']));
    await lost.end('SIGKILL');
    await untilSo(async () => expect(await known()).toEqual([one, 'lab-two offline: of-lab-two unknown']));
    expect(await stays.end('SIGTERM')).toBe(0);
  } finally {
    network?.close();
  }
});

interface Host {
  readonly host: string;
  readonly online: boolean;
  readonly sessions: readonly { readonly session: string; readonly liveness: string }[];
}

/**
 * Starts a monitor on a host of that name with a registry of its own.
 * @param enter the words that enter its network
 */
function startHost(name: string, enter: readonly string[], url = broker.url()): Running {
  const registry = `version: 1\nsessions:\n  of-${name}:\n    status: terminated\n`;
  const monitor = [process.execPath, program, 'monitor', '--interval', '1s'];
  const [file = '', ...words] = [...enter, ...asHost(name, monitor)];
  const env = { AGENT_SESSIONS_YAML: world.file(`${name}/registry.yaml`, registry), AGENT_SESSIONS_MQTT_URL: url };
  return world.startOther(file, words, { env });
}

test('a job tells the broker what befell it, on the topic that is set, never its prompt; a broker that is away undoes nothing', async () => {
  await startBroker();
  const heard = await broker.listen('#');
  const config = world.file('config.yaml', 'jobs: { map: { topic: "work/{id}/told" } }\n');
  const env = { AGENT_SESSIONS_MONITOR_CONFIG: config };
  const words = ['jobs', 'submit', '--session', 'shop-creator-claude', '--prompt', 'a secret plan'];
  // The broker is given three seconds: on a busy machine another job is submitted.
  const { id, ...said } = await until('a broker that is told in time', async () => {
    world.writeRegistry('sessions:\n  shop-creator-claude: { agent: claude, status: running }\n', 60);
    const submitted = await world.run(words);
    const id = submitted.stdout.trim();
    const started = await world.run(['jobs', 'event', id, 'started'], { env });
    const stderr = submitted.stderr + started.stderr;
    return !stderr.includes('the broker was not told') && { id, code: submitted.code, stderr };
  });
  expect(said).toEqual({ code: 0, stderr: '' });
  const message = { schema: 1, id, session: 'shop-creator-claude', at: expect.any(String) };
  const ofJob = () => heard.filter(({ topic }) => topic.includes(id));
  await until('both', () => ofJob().length === 2);
  expect(ofJob().map(({ topic, text }) => [topic, JSON.parse(text)])).toEqual([
    [`delegate-job/${id}/events`, { ...message, event: 'created', state: 'queued' }],
    [`work/${id}/told`, { ...message, event: 'started', state: 'running' }],
  ]);
  await broker.end('SIGKILL');
  const late = await world.run(['jobs', 'event', id, 'done'], { env });
  expect([late.code, late.stdout]).toEqual([0, `job ${id}: done\n`]);
  expect(late.stderr).toMatch(new RegExp(`^the broker was not told of job ${id}: .*\\n$`));
});

test('twenty sessions are published without a word but that it is connected', async () => {
  await startBroker();
  const heard = await broker.listen(`${base}/sessions/#`);
  const names = Array.from({ length: 20 }, (_, number) => `w${number}-creator-claude`);
  world.writeRegistry(
    `sessions:\n${names.map((name) => `  ${name}: { agent: claude, status: terminated }\n`).join('')}`,
    60,
  );
  const monitor = await world.monitor(['--interval', '10m']);
  await until('all of them', () => new Set(heard.map(({ topic }) => topic)).size === names.length);
  expect(await monitor.end('SIGTERM')).toBe(0);
  expect(monitor.stderr().replaceAll(String(broker.port), 'PORT')).toBe(
    `watching 0 sessions on card ${monitor.card}\n${connectedLine}\n`,
  );
});

describe('reconcile --subscribe', () => {
  test('looks at once when told, is not impressed by bad messages, and publishes nothing', async () => {
    await startBroker();
    const heard = await broker.listen('asm/#');
    const client = await broker.client();
    await client.publishAsync('asm/all/hint', '{}', { retain: true, qos: 1 });
    const words = ['reconcile', '--subscribe', '--emit-diff', '--interval', '10m'];
    const passes = countPasses();
    const running = world.start(words);
    await until('the first document', () => running.stdout().includes('\n'));
    await until('the connection', () => said(running).length === 1);
    // Terminals of others that came while it started are a reason to look, once.
    await untilQuiet(() => passes().length, 1_500);
    const before = passes().length;
    const bad = [
      'no JSON',
      `"${'x'.repeat(5 * 1024 * 1024)}"`,
      '['.repeat(10_000) + ']'.repeat(10_000),
      '{"session":"a\\u001b[31m"}',
      '{"session":"--dry-run"}',
      '{"session":"../../etc/passwd"}',
      Buffer.from([0xff, 0xfe, 0]),
    ];
    await Promise.all(bad.map((payload) => client.publishAsync('asm/all/hint', payload, { qos: 1 })));
    // What does not come within a second is told a minute later.
    const dropped = () => said(running).slice(1).map(droppedIn);
    await until('the line', () => sum(dropped().map(({ all }) => all)) === bad.length, 90_000);
    expect(sum(dropped().map(({ notJson }) => notJson))).toBe(2);
    expect(sum(dropped().map(({ tooLong }) => tooLong))).toBe(1);
    expect(passes().length).toBe(before);

    await world.openSession('shop-creator-claude');
    await client.publishAsync('asm/all/hint', '', { qos: 1 });
    await until('the news, long before the interval', () => running.stdout().includes('session-unregistered'));
    await running.end('SIGTERM');
    expect(heard.filter(({ topic }) => topic !== 'asm/all/hint')).toEqual([]);
  });
});

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

/** Reads the counts in a line about dropped messages. */
function droppedIn(line: string) {
  const count = (text: RegExp): number => Number(text.exec(line)?.[1] ?? 0);
  const all = count(/^MQTT broker: dropped (\d+) messages? \(/);
  return { all, notJson: count(/(\d+) not JSON/), tooLong: count(/(\d+) too long/) };
}

/**
 * Puts a script before the tmux that the program asks.
 * @returns what it saw: `+` a pass began, `!` while another one was under way, `-` a pass ended
 */
function countPasses(): () => string {
  const tally = world.file('passes', '');
  const tmux = which('tmux');
  const lines = [
    '#!/bin/sh',
    // The test itself names its servers by -L; a client that listens is no look.
    `case " $* " in *" -L "* | *" -C "*) exec ${tmux} "$@" ;; esac`,
    // The lock ends also with a pass that is killed because it took too long.
    `exec 9>>'${tally}.lock'`,
    `flock -n 9 || printf '!' >>'${tally}'`,
    `printf + >>'${tally}'`,
    `${tmux} "$@" 9>&-`,
    'code=$?',
    `printf - >>'${tally}'`,
    'exit $code',
  ];
  chmodSync(world.file('bin/tmux', `${lines.join('\n')}\n`), 0o755);
  return () => readFileSync(tally, 'utf8');
}
