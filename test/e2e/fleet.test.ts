import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fleetAnswer, forgetAnswer } from '../../src/operations/answers/fleet.ts';
import { Mosquitto } from './mosquitto.ts';
import { PrivateWorld, until, untilSo } from './private-world.ts';

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

/** Returns what came from the broker within a second: not always all that it holds. */
async function fleet() {
  const { stdout, stderr, code } = await world.run(['fleet', '--json']);
  if (code !== 0) throw new Error(stderr);
  return fleetAnswer.parse(JSON.parse(stdout)).hosts;
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
  const leave = async (start: string): Promise<void> => {
    for (const [topic, text] of Object.entries(left)) {
      if (topic.startsWith(start)) await client.publishAsync(topic, text, { retain: true, qos: 1 });
    }
  };
  await leave('asm/');
  await until('this host', async () => (await fleet()).length === 3);

  await untilSo(async () => {
    const unknown = await world.run(['fleet', '--forget', 'old-lab']);
    expect([unknown.code, unknown.stdout, unknown.stderr]).toEqual([
      2,
      '',
      'there is no host old-lab\ndid you mean old-lab-2 or old/lab? `asm fleet` shows the hosts there are\n',
    ]);
  });
  await untilSo(async () => {
    await leave('asm/old%2Flab/');
    expect(await world.run(['fleet', '--forget', 'old/lab'])).toMatchObject({
      code: 0,
      stdout: 'forgot old/lab: 3 topics taken away\n',
    });
  });
  await untilSo(async () => {
    const hosts = (await fleet()).map(({ host }: { host: string }) => host);
    expect(hosts.toSorted()).toEqual([hostname(), 'old-lab-2'].toSorted());
  });
  await untilSo(async () => {
    await leave('asm/old-lab-2/');
    const { stdout } = await world.run(['fleet', '--forget', 'old-lab-2', '--json']);
    const answer = forgetAnswer.parse(JSON.parse(stdout));
    expect(answer).toMatchObject({ forgotten: 'old-lab-2', topics: 1, hosts: [{ host: hostname() }] });
  });

  await untilSo(async () => {
    const { code, stderr } = await world.run(['fleet', '--forget', hostname()]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^a monitor watches .*\nend that monitor/)]);
  });
  const alive = { host: hostname(), online: true, sessions: [{ liveness: 'alive' }] };
  await untilSo(async () => expect(await fleet()).toMatchObject([alive]));
  // Only the monitor's own topics are removed: a hint that the user left stays.
  await untilSo(() => {
    const now = new Map(retained.map(({ topic, text }) => [topic, text]));
    const kept = [...now].flatMap(([topic, text]) => (topic.includes('old') && text !== '' ? [topic] : []));
    expect(kept).toEqual(['asm/old%2Flab/hint']);
  });
});

test('what an agent waits for, and since when: in status, and for every host in fleet', async () => {
  const pid = await world.openSession('shop-creator-claude');
  const since = Date.now();
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
  for (const command of ['status', 'fleet']) {
    await untilSo(async () =>
      expect((await world.run([command])).stdout, command).toMatch(/ {2}needs you (?:<1m|\d+m): permission prompt {2}/),
    );
  }

  waits(pid, 'dialog open', since);
  await until('the dialog', async () => (await fleet())[0]?.sessions[0]?.activity === 'idle');
  const idle = { activity: 'idle', waiting_for: null, waiting_since: null };
  await untilSo(async () => expect((await fleet())[0]).toMatchObject({ host: hostname(), sessions: [idle] }));
});
