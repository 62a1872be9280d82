import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fleetAnswer, forgetAnswer } from '../../src/operations/answers/fleet.ts';
import { Mosquitto } from './mosquitto.ts';
import { PrivateWorld, until } from './private-world.ts';

let world: PrivateWorld;
let broker: Mosquitto;
beforeEach(async () => {
  world = new PrivateWorld();
  broker = await Mosquitto.start(world);
  world.env['AGENT_SESSIONS_MQTT_URL'] = broker.url();
});
afterEach(async () => {
  broker.close();
  await world.close();
});

async function fleet() {
  const { stdout, stderr, code } = await world.run(['fleet', '--json']);
  if (code !== 0) throw new Error(stderr);
  return fleetAnswer.parse(JSON.parse(stdout)).hosts;
}

/** Waits until that holds: one look hears only what comes within a second, which a busy machine may miss. */
function holds(what: string, check: () => Promise<void>): Promise<true> {
  return until(what, async () => {
    await check();
    return true;
  });
}

/** Writes the record of a Claude that waits for its user. */
function waits(pid: number, waitingFor: string, since: number): void {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const procStart = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const sessionId = '10000000-0000-4000-8000-000000000001';
  const own = { pid, sessionId, cwd: world.work, startedAt: since, procStart, kind: 'interactive', entrypoint: 'cli' };
  const record = { ...own, version: '2.1.332', status: 'waiting', waitingFor, statusUpdatedAt: since };
  world.file(`home/.claude/sessions/${pid}.json`, JSON.stringify(record));
}

test('a host that is no more is forgotten; one that is watched puts itself there again; others are named', async () => {
  await world.openSession('shop-creator-claude');
  await world.monitor();
  const retained = await broker.listen('asm/#');
  const client = await broker.client();
  const was = { schema: 1, online: false, since: '2026-07-01T09:00:00.000Z', version: '0.1.0', counts: null };
  const left = {
    'asm/old%2Flab/state': JSON.stringify(was),
    'asm/old%2Flab/sessions/a%2Fb': '{"schema":99}',
    'asm/old%2Flab/sessions/c': 'not ours',
    'asm/old-lab-2/state': JSON.stringify(was),
    'asm/old%2Flab/hint': '{}',
  };
  for (const [topic, text] of Object.entries(left)) await client.publishAsync(topic, text, { retain: true, qos: 1 });
  await until('this host', async () => (await fleet()).length === 3);

  await holds('the names that were meant', async () => {
    const unknown = await world.run(['fleet', '--forget', 'old-lab']);
    expect([unknown.code, unknown.stdout, unknown.stderr]).toEqual([
      2,
      '',
      'there is no host old-lab\ndid you mean old-lab-2 or old/lab? `asm fleet` shows the hosts there are\n',
    ]);
  });
  let forgotten = 0;
  await until('all of it to be forgotten', async () => {
    const { stdout } = await world.run(['fleet', '--forget', 'old/lab']);
    forgotten += Number(/^forgot old\/lab: (\d) topics? taken away\n$/.exec(stdout)?.[1] ?? 0);
    return forgotten >= 3;
  });
  expect(forgotten).toBe(3);
  await holds('the hosts that are left', async () => {
    const hosts = (await fleet()).map(({ host }: { host: string }) => host);
    expect(hosts.toSorted()).toEqual([hostname(), 'old-lab-2'].toSorted());
  });
  await holds('the answer to --forget', async () => {
    await client.publishAsync('asm/old-lab-2/state', JSON.stringify(was), { retain: true, qos: 1 });
    const { stdout } = await world.run(['fleet', '--forget', 'old-lab-2', '--json']);
    const answer = forgetAnswer.parse(JSON.parse(stdout));
    expect(answer).toMatchObject({ forgotten: 'old-lab-2', topics: 1, hosts: [{ host: hostname() }] });
  });

  await holds('that a monitor watches it', async () => {
    const watched = await world.run(['fleet', '--forget', hostname()]);
    const refusal = expect.stringMatching(/^a monitor watches .*\nend that monitor/);
    expect([watched.code, watched.stderr]).toEqual([2, refusal]);
  });
  await holds('that it is there again', async () => {
    expect(await fleet()).toMatchObject([{ host: hostname(), online: true, sessions: [{ liveness: 'alive' }] }]);
  });
  // Only the monitor's own topics are removed: a hint that the user left stays.
  const now = new Map(retained.map(({ topic, text }) => [topic, text]));
  expect([...now].flatMap(([topic, text]) => (topic.includes('old') && text !== '' ? [topic] : []))).toEqual([
    'asm/old%2Flab/hint',
  ]);
});

test('what an agent waits for, and since when: in status, and for every host in fleet', async () => {
  const pid = await world.openSession('shop-creator-claude');
  // In the midst of an hour, so that the text does not change meanwhile.
  const since = Date.now() - 12.5 * 3_600_000;
  waits(pid, 'permission prompt', since);
  await world.monitor();
  const waiting = {
    session: 'shop-creator-claude',
    liveness: 'alive',
    activity: 'waiting',
    waiting_for: 'permission prompt',
    waiting_since: new Date(since).toISOString(),
  };
  const sessions = await until('the host to know', async () => {
    const [host] = await fleet();
    return host?.sessions[0]?.activity === 'waiting' ? host.sessions : null;
  });
  expect(sessions).toMatchObject([waiting]);
  expect(JSON.parse((await world.run(['status', '--json'])).stdout).sessions).toMatchObject([waiting]);
  for (const command of ['status', 'fleet'])
    await until(`the wait in ${command}`, async () =>
      (await world.run([command])).stdout.includes('  needs you 12h: permission prompt  '),
    );

  waits(pid, 'dialog open', since);
  const told = await until('the dialog', async () => {
    const [host] = await fleet();
    return host?.sessions[0]?.activity === 'idle' ? host : null;
  });
  expect(told).toMatchObject({
    host: hostname(),
    sessions: [{ activity: 'idle', waiting_for: null, waiting_since: null }],
  });
});
