import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeClaudeRecord } from './claude-record.ts';
import { PrivateWorld, until } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

const session = 'shop-creator-claude';
const id = '10000000-0000-4000-8000-000000000001';

const says = (pid: number, status: 'busy' | 'waiting' | 'idle', since = Date.now(), sessionId = id): void =>
  writeClaudeRecord(world, pid, { status, id: sessionId, since });

/** Returns the lines of the state history. */
function lines(): readonly { kind: string; at: number; state?: { activity: string | null } }[] {
  const folder = readdirSync(world.state).find((name) => /^[0-9a-f]{8}$/.test(name)) ?? '';
  const file = readdirSync(join(world.state, folder)).find((name) => name.startsWith('states-'));
  if (file === undefined) return [];
  return readFileSync(join(world.state, folder, file), 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}

const words = (): readonly string[] => lines().map(({ kind, state }) => state?.activity ?? kind);

async function history() {
  const { events } = JSON.parse((await world.run(['history', '--json'])).stdout);
  return events.flatMap(({ what, kind, message }: { what: string; kind: string | null; message: string }) =>
    kind === 'needs-you' || what === 'finished' ? [`${what}: ${message.replace(/since \S+Z/, 'since then')}`] : [],
  );
}

/** Returns what `history --states` says, without the times and what is about another session. */
async function statesShown(): Promise<readonly string[]> {
  const { stdout } = await world.run(['history', '--states', '--session', session]);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^\S+ /, '').replace(/ on \S+?(;|$)/, '$1'));
}

test('a waiting is told once and resolved once, the history says what was, and a killed monitor leaves a gap', async () => {
  const config = 'home/.config/agent-sessions-monitor/config.yaml';
  const before = readFileSync(join(world.root, config), 'utf8');
  world.file(config, `${before}\nattention: { after: 1s, worked: 1s }\n`);
  const pid = await world.openSession(session);
  world.writeRegistry(`sessions:\n  ${session}: { agent: claude, status: running, pane: { pid: ${pid} } }\n`, 60);
  says(pid, 'busy');
  const first = await world.monitor();
  await until('it works', () => words().at(-1) === 'working');
  says(pid, 'waiting');
  await until('the waiting is told', () => world.logged('opened') > 0 && words().at(-1) === 'waiting');
  const seen = lines().length;
  await first.end('SIGKILL');
  const second = await world.monitor();
  await until('the second watch', () => lines().length > seen + 2);
  says(pid, 'busy');
  await until('it goes on', () => words().at(-1) === 'working');
  const worksAt = lines().at(-1)?.at ?? 0;
  await until('it has worked for long', () => Date.now() - worksAt > 1_500);
  says(pid, 'idle');
  await until('it has finished', () => world.logged('finished') > 0);
  await second.end('SIGTERM');

  expect(words()).toEqual([
    'watch-began',
    'working',
    'waiting',
    'watch-ended',
    'watch-began',
    'waiting',
    'working',
    'idle',
    'watch-ended',
  ]);
  expect(lines()[4]?.at).toBeGreaterThan(lines()[3]?.at ?? Infinity);
  expect(await statesShown()).toEqual([
    'a watch began',
    `${session}: working · claude: Claude works`,
    `${session}: working → needs you: permission prompt · claude: Claude waits for you: permission prompt`,
    'the watch ended',
    expect.stringMatching(/^a watch began; nothing watched for (<1m|\dm) before$/),
    `${session}: needs you: permission prompt → working · claude: Claude works`,
    `${session}: working → idle · claude: Claude idles`,
    'the watch ended',
    expect.stringMatching(/watched since/),
  ]);
  expect(await history()).toEqual([
    `found: ${session}: needs you since then: permission prompt.`,
    `resolved: ${session}: it does not wait for you any more.`,
    expect.stringMatching(/^finished: .* worked for .* and idles now\.$/),
  ]);
  expect((await world.comments(second.card)).join('\n')).not.toContain('needs you');
});

test('agents that begin to wait apart are one comment on the card, and a later one names all that wait', async () => {
  const config = 'home/.config/agent-sessions-monitor/config.yaml';
  const before = readFileSync(join(world.root, config), 'utf8');
  world.file(config, `${before}\nattention: { after: 5s, card: true }\n`);
  const names = ['shop', 'blog', 'lab'].map((workspace) => `${workspace}-creator-claude`);
  const pids = await Promise.all(names.map((name) => world.openSession(name)));
  const entry = (name: string, index: number) =>
    `  ${name}: { agent: claude, status: running, pane: { pid: ${pids[index]} } }\n`;
  world.writeRegistry(`sessions:\n${names.map(entry).join('')}`, 60);
  const say = (index: number, status: 'busy' | 'waiting') =>
    says(pids[index] ?? 0, status, Date.now() - 30_000, `${index}${id.slice(1)}`);
  for (const index of pids.keys()) say(index, 'busy');
  const monitor = await world.monitor();
  const told = async (): Promise<readonly string[]> =>
    (await world.comments(monitor.card)).filter((body) => body.includes('needs you'));
  for (const index of [0, 1]) {
    say(index, 'waiting');
    await until(`${names[index]} is found`, () => world.logged('opened') === index + 1);
  }
  await until('the comment', async () => (await told()).length === 1);
  say(1, 'busy');
  await until('it goes on', () => world.logged('resolved') === 1);
  say(2, 'waiting');
  await until('the next comment', async () => (await told()).length === 2);
  await monitor.end('SIGTERM');

  const line = (name: string) =>
    expect.stringMatching(new RegExp(`^${name}: needs you since \\S+: permission prompt\\.$`));
  expect((await told()).map((body) => body.split('\n'))).toEqual([
    [line('shop-creator-claude'), line('blog-creator-claude')],
    [line('lab-creator-claude'), 'Still waiting for you: shop-creator-claude.'],
  ]);
});

test('since when a session is in its state is known from the history, while a monitor watches', async () => {
  const pid = await world.openSession(session);
  world.writeRegistry(`sessions:\n  ${session}: { agent: claude, status: running, pane: { pid: ${pid} } }\n`, 60);
  /** Claude does not say since when. */
  const saysOnly = (status: 'busy' | 'idle'): void => {
    says(pid, status);
    const path = `home/.claude/sessions/${pid}.json`;
    const { statusUpdatedAt: _, ...record } = JSON.parse(readFileSync(join(world.root, path), 'utf8'));
    world.file(path, JSON.stringify(record));
  };
  const seen = async () => {
    const { sessions } = JSON.parse((await world.run(['status', '--json'])).stdout);
    const [{ activity, state_since: exact, seen_since: least }] = sessions;
    return {
      activity,
      exact: exact === null ? null : Date.parse(exact),
      least: least === null ? null : Date.parse(least),
    };
  };
  saysOnly('busy');
  expect(await seen()).toEqual({ activity: 'working', exact: null, least: null });
  const monitor = await world.monitor();
  await until('it is seen to work', () => words().at(-1) === 'working');
  expect(await seen()).toEqual({ activity: 'working', exact: null, least: lines().at(-1)?.at });
  expect((await world.run(['status'])).stdout).toContain('working  -  ');
  saysOnly('idle');
  await until('it is seen to idle', () => words().at(-1) === 'idle');
  expect(await seen()).toEqual({ activity: 'idle', exact: lines().at(-1)?.at, least: null });
  await monitor.end('SIGKILL');
  expect(await seen()).toEqual({ activity: 'idle', exact: null, least: null });
});
