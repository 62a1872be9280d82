import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
  return JSON.parse(stdout).hosts;
}

/** What Claude writes of a process that waits for its user. */
function waits(pid: number, waitingFor: string, since: number): void {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const procStart = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const sessionId = '10000000-0000-4000-8000-000000000001';
  const own = { pid, sessionId, cwd: world.work, startedAt: since, procStart, kind: 'interactive', entrypoint: 'cli' };
  const record = { ...own, version: '2.1.332', status: 'waiting', waitingFor, statusUpdatedAt: since };
  world.file(`home/.claude/sessions/${pid}.json`, JSON.stringify(record));
}

test('what an agent waits for, and since when: in status, and for every host in fleet', async () => {
  const pid = await world.openSession('shop-creator-claude');
  const since = Date.now() - 12 * 60_000 - 5_000;
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
    expect((await world.run([command])).stdout, command).toContain('  needs you 12m: permission prompt  ');

  waits(pid, 'dialog open', since);
  await until('the dialog', async () => (await fleet())[0]?.sessions[0]?.activity === 'idle');
  expect((await fleet())[0]).toMatchObject({
    host: hostname(),
    sessions: [{ activity: 'idle', waiting_for: null, waiting_since: null }],
  });
});
