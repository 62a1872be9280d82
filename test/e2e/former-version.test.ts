import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PrivateWorld, until } from './private-world.ts';

/** All files that 0.1.0 left after a day's work: registry, state, cache and config, by path; lines. */
const left = JSON.parse(readFileSync(new URL('state-of-0.1.0.json', import.meta.url), 'utf8')) as Record<
  string,
  readonly string[]
>;

let world: PrivateWorld;
beforeEach(async () => {
  world = new PrivateWorld();
  world.env = { ...world.env, XDG_CONFIG_HOME: `${world.root}/config` };
  for (const [path, lines] of Object.entries(left)) world.file(placed(path), withDriftIds(placed(lines.join('\n'))));
  // As each world's config says: servers of other tests are not asked.
  appendFileSync(`${world.root}/config/agent-sessions-monitor/config.yaml`, 'tmux: { sockets: [] }\n');
  world.folder('home/.claude/projects');
  world.touch(world.registry, 60);
  // A server lives, as it did then, so that only the sessions themselves are gone.
  await world.openSession('bystander');
});
afterEach(() => world.close());

/** Puts this world's folder into the paths of the former one. */
function placed(text: string): string {
  return text.replaceAll('@HASH@', hashOf(world.registry, 8)).replaceAll('@ROOT@', world.root);
}

/** Replaces the ids of drifts: the registry's path is part of the hash. */
function withDriftIds(text: string): string {
  const log = placed(left['state/@HASH@/log.jsonl']?.join('\n') ?? '');
  const drifts = log.split('\n').flatMap((line) => (line === '' ? [] : driftsIn(JSON.parse(line))));
  return drifts.reduce((now, { id, key }) => {
    return now.replaceAll(id, hashOf(JSON.stringify([world.registry, key, 0]), 16));
  }, text);
}

function driftsIn(event: { drift?: Drift; drifts?: readonly Drift[] }): readonly Drift[] {
  return [...(event.drift === undefined ? [] : [event.drift]), ...(event.drifts ?? [])];
}

interface Drift {
  readonly id: string;
  readonly key: string;
}

function hashOf(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

const standing = [
  ['undone-creator-claude', 'session-gone'],
  ['pinned-creator-claude', 'session-gone'],
  ['ended-creator-claude', 'artifact-missing'],
  ['half-creator-claude', 'registry-unreadable'],
];

test('what stood open stands open, nothing is told twice, and what was undone or pinned stays so', async () => {
  const before = world.readRegistry();
  const { code, document } = await world.reconcile();
  expect({ code, drifts: document.drifts, written: document.registry.written }).toEqual({
    code: 0,
    drifts: [],
    written: false,
  });
  expect(document.standing.map(({ session, kind }: Record<string, string>) => [session, kind])).toEqual(standing);
  expect(document.deferred, 'known for long').toEqual([]);
  expect(world.readRegistry()).toBe(before);
  const undone = await world.run(['undo']);
  expect(undone).toMatchObject({ code: 0, stdout: expect.stringContaining('untold-creator-claude: tmux gone') });
  expect((await world.run(['undo'])).stdout).toContain('repaired-creator-claude: tmux gone');
  expect(world.readRegistry().match(/status: running/g)).toHaveLength(4);
});

test('the run goes on with its card: what it had not heard is told once, and nothing else', async () => {
  const card = `local-${hashOf(world.registry, 8)}`;
  const former = await world.comments(card);
  expect(former).toHaveLength(5);
  const monitor = await world.monitor();
  expect(monitor.card).toBe(card);
  const told = await until('the news', async () => {
    const comments = await world.comments(card);
    return comments.length > former.length ? comments : null;
  });
  expect(told).toEqual([
    ...former,
    'untold-creator-claude: tmux gone (was pane 4194301, cmd claude). Marked terminated.',
  ]);
  expect(await world.run(['comment', 'Feierabend!'])).toMatchObject({ code: 0 });
  expect(await monitor.exited, 'the phrase of its config').toBe(0);
  const all = await world.comments(card);
  expect(all.filter((body) => body.includes('tmux gone')).length).toBe(4);
  expect(all.find((body) => body.startsWith('found in this run'))).toContain('6 drifts');
});
