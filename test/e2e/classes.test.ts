import { existsSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PrivateWorld } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

const uuid = (digit: number): string => `${digit}0000000-0000-4000-8000-000000000000`;

/** Makes one registry with all four classes in it, for both agents, and the world that it is compared with. */
async function fourClasses(): Promise<{ readonly shop: number; readonly blog: number }> {
  const claudeOld = uuid(1);
  const shop = await world.openSession('shop-creator-claude', { args: ['--session-id', uuid(2)] });
  const lock = world.file(`home/.gemini/antigravity-cli/presence/${uuid(3)}.lock`, '');
  world.file(`home/.gemini/antigravity-cli/conversations/${uuid(3)}.db`, 'SQLite');
  const blog = await world.openSession('blog-creator-agy', { agent: 'agy', env: { AGENT_LOCK: lock } });
  await world.openSession('news-creator-claude');
  const folder = `home/.claude/projects/${world.work.replaceAll(/[^A-Za-z0-9]/g, '-')}`;
  const line = JSON.stringify({ type: 'user', cwd: world.work, timestamp: new Date().toISOString() });
  world.file(`${folder}/${uuid(2)}.jsonl`, `${line}\n`);
  world.writeRegistry(`# kept by hand
version: 1
sessions:
  dead-creator-claude: # the one that died
    workspace: dead
    agent: claude
    cwd: ${world.work}
    status: running
    pane: { pid: 4194301, cmd: claude }
  dead-creator-agy:
    agent: agy
    status: running
  shop-creator-claude:
    workspace: shop
    agent: claude
    cwd: ${world.work}
    status:   running   # three blanks
    claude_session_id_own: null
  blog-creator-agy:
    workspace: blog
    agent: agy
    cwd: ${world.work}
    status: running
    agent_identities:
      agy: { conversation_id: null }
  lost-creator-claude:
    workspace: lost
    agent: claude
    status: terminated
    terminated_at: 2026-07-01T09:00:00Z
    claude_session_id_own: ${claudeOld}
`);
  return { shop, blog };
}

test('the four classes on real tmux, for both agents, to the letter; then silence', async () => {
  await fourClasses();

  const dry = await world.reconcile(['--dry-run']);
  expect(dry.document.dry_run).toBe(true);
  expect(existsSync(world.state), 'a dry run writes no state').toBe(false);
  expect(existsSync(world.cache), 'a dry run writes no cache').toBe(false);
  expect(readdirSync(world.home).filter((name) => name.includes('yaml'))).toEqual(['agent-sessions.yaml']);

  const first = await world.reconcile();
  expect(first.code).toBe(0);
  expect(first.stderr).toBe('');
  const messages = first.document.drifts.map(({ message }: { message: string }) => message);
  expect(messages.toSorted()).toEqual([
    `blog-creator-agy: session id materialized ${uuid(3)}`,
    'dead-creator-agy: tmux gone. Marked terminated.',
    'dead-creator-claude: tmux gone (was pane 4194301, cmd claude). Marked terminated.',
    expect.stringMatching(
      new RegExp(`^lost-creator-claude: stale id ${uuid(1)}, its artifact is gone \\(.+\\)\\. Kept in YAML\\.$`),
    ),
    'news-creator-claude: tmux found but not in YAML. Auto-registered.',
    `shop-creator-claude: session id materialized ${uuid(2)}`,
  ]);
  expect(first.document.counts).toEqual({ alive: 3, gone: 3, unknown: 0 });
  expect(first.document.registry).toMatchObject({ entries: 6, written: true });

  const text = world.readRegistry();
  expect(text).toContain('# kept by hand');
  expect(text).toContain('    status:   running   # three blanks\n');
  expect(text).toContain(`    claude_session_id_own: ${uuid(2)}\n`);
  expect(text).toContain(`      agy: { conversation_id: ${uuid(3)} }\n`);
  expect(text).toContain('  dead-creator-claude: # the one that died\n');
  expect(text).toMatch(/^ {4}status: terminated\n {4}pane: \{ pid: 4194301, cmd: claude \}$/m);
  expect(text).toContain(`claude_session_id_own: ${uuid(1)}`);

  utimesSync(world.registry, 1_700_000_000, 1_700_000_000);
  const second = await world.reconcile();
  expect(second.code).toBe(0);
  expect(second.document.drifts).toEqual([]);
  expect(world.registryMtime(), 'the second pass does not touch the file').toBe(1_700_000_000_000);
  expect(world.readRegistry()).toBe(text);

  const people = await world.run(['reconcile', '--once']);
  expect(people.stdout).toMatch(/Nothing new/);
  const backups = readdirSync(world.state, { recursive: true }).map(String);
  expect(
    backups.some((path) => path.includes(join('backups', ''))),
    'the old text is kept',
  ).toBe(true);
});

test('a dry run says what would be done, and waits for nothing', async () => {
  world.writeRegistry(
    'sessions:\n  dead-creator-claude: { agent: claude, status: running, pane: { pid: 4194301, cmd: claude } }\n',
    30,
  );
  const { document } = await world.reconcile(['--dry-run']);
  expect(document.drifts.map(({ message }: { message: string }) => message)).toEqual([
    'dead-creator-claude: tmux gone (was pane 4194301, cmd claude). Would be marked terminated.',
  ]);
});

test('a first run without a registry starts one, in the same pass that registers what it sees', async () => {
  await world.openSession('shop-creator-claude');
  const dry = await world.reconcile(['--dry-run']);
  expect(dry.code).toBe(0);
  expect(existsSync(world.registry)).toBe(false);

  const { code, stderr, document } = await world.reconcile();
  expect(code).toBe(0);
  expect(stderr).toContain(world.registry);
  expect(document.registry).toMatchObject({ entries: 1, written: true });
  expect(world.readRegistry()).toContain('shop-creator-claude:');
  expect(world.readRegistry()).toContain('claude_session_id_own: null');
});
