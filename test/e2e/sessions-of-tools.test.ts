import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { childrenOf, kill, PrivateWorld, until } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

const session = 'shop-creator-claude';
const id = '11111111-1111-4111-8111-111111111111';

/** Runs passes until one of them tells that kind, and returns the kinds and sessions of all that was told. */
async function told(kind: string): Promise<readonly string[]> {
  const all: string[] = [];
  await until(kind, async () => {
    all.push(...(await kinds()));
    return all.some((one) => one.startsWith(kind));
  });
  return all;
}

async function kinds(): Promise<readonly string[]> {
  const { document } = await world.reconcile();
  return document.drifts.map((drift: { kind: string; session: string }) => `${drift.kind} ${drift.session}`);
}

/**
 * Runs passes for longer than an exit takes to be told.
 * @returns what was told
 */
async function quietly(): Promise<readonly string[]> {
  const since = performance.now();
  const all: string[] = [];
  await until('some looks', async () => {
    all.push(...(await kinds()));
    return performance.now() - since > 2_500;
  });
  return all;
}

function type(words: string): void {
  world.tmux(['send-keys', '-t', `=${session}:`, words, 'Enter']);
}

const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/comm`, 'utf8').trim();

/**
 * Types a command that starts a program, and waits for it.
 * @returns its pid
 */
function typed(words: string, below: number, name: string): Promise<number> {
  type(words);
  return until(`${name} below ${below}`, () => childrenOf(below).find((pid) => commandOf(pid) === name) ?? null);
}

test('an agent that exits in a nested shell has exited; what that shell runs next is no agent', async () => {
  const outer = await world.openSession(session, { inShell: true });
  kill(childrenOf(outer)[0] ?? 0, 'SIGKILL');
  const nested = await typed(`bash --rcfile ${world.file('rc', '')} -i`, outer, 'bash');
  const agent = await world.startAgentInShell(session, nested);
  await told(`session-unregistered ${session}`);
  kill(agent, 'SIGKILL');
  expect(await told('agent-exited')).toEqual([`agent-exited ${session}`]);
  expect(world.readRegistry()).toContain('last_visible_status: agent-exited');
});

test('what hides behind a program in the foreground is not known to have exited', async () => {
  const shell = await world.openSession(session, { inShell: true });
  await told(`session-unregistered ${session}`);
  const [agent = 0] = childrenOf(shell);
  type('(sleep 3600; true)');
  kill(agent, 'SIGKILL');
  const subshell = await until('the subshell', () => childrenOf(shell).find((pid) => childrenOf(pid).length > 0));
  expect(await quietly()).toEqual([]);
  kill(childrenOf(subshell)[0] ?? 0, 'SIGKILL');
  expect(await told('agent-exited')).toEqual([`agent-exited ${session}`]);
});

test('a session that was restored as a bare shell has lost its agent, and is no silent new pane', async () => {
  const pane = await world.openSession(session, { inShell: true });
  kill(childrenOf(pane)[0] ?? 0, 'SIGKILL');
  world.writeRegistry(
    `sessions:\n  ${session}: { agent: claude, status: running, cwd: ${world.work}, pane: { pid: 999999, cmd: claude } }\n`,
    600,
  );
  expect(await told('agent-exited')).toEqual([`agent-exited ${session}`]);
  await until(
    'the new pane',
    async () => (await kinds()).length === 0 && world.readRegistry().includes(`pid: ${pane},`),
  );
});

test('a grouped view is no second agent, and its end is no death', async () => {
  await world.openSession(session);
  world.tmux(['new-session', '-d', '-t', `=${session}`, '-s', 'view-creator-claude']);
  expect(await told('session-unregistered')).toEqual([`session-unregistered ${session}`]);
  expect(await quietly()).toEqual([]);
  world.tmux(['kill-session', '-t', '=view-creator-claude']);
  expect(await quietly()).toEqual([]);
  expect(world.readRegistry()).not.toContain('view-creator-claude');
});

test('an agent under a wrapper is known by its live record', async () => {
  const shell = await world.openSession(session, { inShell: true });
  const [former = 0] = childrenOf(shell);
  kill(former, 'SIGKILL');
  type(`(exec -a my-claude perl ${join(world.bin, 'agent.pl')})`);
  // Until the shell has reaped it, the killed agent is a `perl` below the shell too.
  const wrapped = await until('the wrapped agent', () =>
    childrenOf(shell).find((pid) => pid !== former && commandOf(pid) === 'perl'),
  );
  const procStart = readFileSync(`/proc/${wrapped}/stat`, 'utf8').split(') ')[1]?.split(' ')[19];
  const record = { pid: wrapped, sessionId: id, cwd: world.work, procStart, kind: 'interactive', entrypoint: 'cli' };
  world.file(`home/.claude/sessions/${wrapped}.json`, JSON.stringify(record));
  world.file(`home/.claude/projects/p/${id}.jsonl`, '{}\n');
  await told('session-id-materialized');
  expect(world.readRegistry()).toContain(`claude_session_id_own: ${id}`);
  expect(await quietly()).toEqual([]);
  kill(wrapped, 'SIGKILL');
  expect(await told('agent-exited')).toEqual([`agent-exited ${session}`]);
});
