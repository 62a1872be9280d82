import { readFileSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { childrenOf, kill, PrivateWorld, until } from '../e2e/private-world.ts';

/** Makes the dumps of this folder anew, from real worlds: `npm run dumps`, after a change of what a dump holds. */

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

test('a recorded id, a proven one, and a new session', async () => {
  const front = await world.openSession('shop-front-creator-claude');
  const back = await world.openSession('shop-back-creator-claude', { args: ['--resume', uuid(2)] });
  await world.openSession('blog-creator-claude', { inShell: true });
  for (const id of [uuid(1), uuid(2), uuid(3)]) writeTranscript(id);
  writeLiveRecord(front, uuid(1));
  writeLiveRecord(back, uuid(3));
  writeRegistry(
    entry('shop-front-creator-claude'),
    entry('shop-back-creator-claude', uuid(2)),
    entry('old-creator-claude', uuid(1)),
    '  agy-creator-agy: { agent: agy, status: running, monitor: { ignore: true }, pane: { pid: 4194301 } }\n',
    '  typed-creator-claude:\n',
  );
  await until('nothing to be put off', async () => (await passed(['--dry-run'])).deferred.length === 0);
  await writeDump('ids-and-a-new-session.json');
});

test('the death of a tmux server', async () => {
  const names = ['one', 'two', 'three'].map((name) => `${name}-creator-claude`);
  for (const name of names) await world.openSession(name);
  writeRegistry(...names.map((name) => entry(name)), '    monitor: { pin: [status] }\n');
  await settled();
  world.tmux(['kill-server']);
  await writeDump('the-tmux-server-died.json');
});

test('an exit, a rename, and two candidates', async () => {
  const shell = await world.openSession('lab-creator-claude', { inShell: true });
  const names = ['moved', 'one', 'two'].map((name) => `${name}-creator-claude`);
  for (const name of names) await world.openSession(name);
  writeRegistry(entry('lab-creator-claude'), ...names.map((name) => entry(name)));
  await settled();
  for (const id of [uuid(1), uuid(2)]) writeTranscript(id);
  for (const pid of childrenOf(shell)) kill(pid, 'SIGTERM');
  world.tmux(['rename-session', '-t', '=moved-creator-claude', 'elsewhere']);
  await until('the agent to end', () => childrenOf(shell).length === 0);
  await passed();
  await until('the exit to be seen', async () => {
    const { standing, deferred } = await passed(['--dry-run']);
    return deferred.length === 0 && standing.some(({ kind }: { kind: string }) => kind === 'agent-exited');
  });
  await writeDump('an-exit-a-rename-and-two-candidates.json');
});

async function writeDump(name: string): Promise<void> {
  const path = join(import.meta.dirname, name);
  rmSync(path, { force: true });
  expect(await world.run(['explain', '--dump', path, '--redact'])).toMatchObject({ code: 0, stderr: '' });
  const { stdout } = await world.run(['explain', '--replay', path]);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('The plan is the one in the dump.');
}

async function settled(): Promise<void> {
  await until('nothing to be put off', async () => (await passed()).deferred.length === 0);
}

async function passed(words: readonly string[] = []) {
  return (await world.reconcile(words)).document;
}

function uuid(digit: number): string {
  return `${digit}0000000-0000-4000-8000-00000000000${digit}`;
}

function writeRegistry(...entries: readonly string[]): void {
  world.writeRegistry(`sessions:\n${entries.join('')}`, 30);
}

function entry(session: string, id: string | null = null): string {
  return `  ${session}:\n    agent: claude\n    cwd: ${world.work}\n    status: running\n    claude_session_id_own: ${id}\n`;
}

/** Writes a transcript that begins now. */
function writeTranscript(id: string): void {
  const at = new Date();
  const said = { type: 'user', cwd: world.work, sessionId: id, timestamp: at.toISOString() };
  const folder = world.work.replaceAll(/[^A-Za-z0-9]/g, '-');
  const path = world.file(`home/.claude/projects/${folder}/${id}.jsonl`, `${JSON.stringify(said)}\n`);
  utimesSync(path, at, at);
}

/** Writes the live record of a Claude process. */
function writeLiveRecord(pid: number, sessionId: string): void {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const procStart = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const facts = { kind: 'interactive', entrypoint: 'cli', status: 'idle', startedAt: Date.now() };
  const record = { pid, sessionId, cwd: world.work, procStart, ...facts };
  world.file(`home/.claude/sessions/${pid}.json`, JSON.stringify(record));
}
