import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codex } from '../../../src/agents/codex/codex-agent.ts';
import type { AgentEvidence } from '../../../src/core/model/evidence.ts';
import type { Process } from '../../../src/core/model/observation.ts';
import { kill, until } from '../../e2e/private-world.ts';
import { processLike, put, scratchFolder, start, written } from '../../observe/scratch.ts';

const one = '01a22494-d197-7b82-b4ee-1b3a4ad029ef';
const two = '01a22494-ea8f-7ca1-afd5-8f8befb625ce';

function codexHome() {
  const home = scratchFolder();
  const root = join(home, '.codex');
  for (const folder of ['thread-writer-locks', 'sessions/2026/11/28'])
    mkdirSync(join(root, folder), { recursive: true });
  const read = codex.makeReader({ folders: [root], home });
  return {
    root,
    lock: (id: string): string => put(join(root, 'thread-writer-locks', `${id}.lock`), ''),
    rollout: (id: string, payload: object = { cwd: '/w/shop', thread_source: 'user' }): string => {
      const path = join(root, `sessions/2026/11/28/rollout-2026-11-28T23-54-22-${id}.jsonl`);
      return put(path, `${JSON.stringify({ type: 'session_meta', payload })}\n`);
    },
    look: async (processes: readonly Process[], ids: readonly string[] = [], title = ''): Promise<AgentEvidence> => {
      const none = { at: 0, recorded: [], roots: [], folders: [], startOf: () => Promise.resolve(null) };
      const { seen } = await read({ ...none, ids, resumable: ids, processes, titleOf: () => title });
      if ('blind' in seen) throw new Error(seen.blind);
      return seen.known;
    },
  };
}

const holds = `
  use Fcntl ':flock';
  my $said = pop @ARGV;
  my @files;
  for (grep { /\\.lock$/ } @ARGV) { open(my $file, '>>', $_) or die; flock($file, LOCK_EX) or die; push @files, $file }
  open(my $out, '>', $said) or die; print $out 'held'; close $out;
  sleep 3600;
`;

/** A process that holds locks, as a living Codex does. */
async function holderOf(locks: readonly string[]): Promise<Process> {
  const said = join(scratchFolder(), 'said');
  const pid = await start('perl', ['-e', holds, ...locks, said], { argv0: 'codex' });
  await written(said);
  return processLike({ pid, argv: ['codex'], cwd: '/w/shop' });
}

function held({ holders }: AgentEvidence) {
  return [...holders].map(([pid, those]) => [pid, those.map(({ id, background }) => [id, background?.attach ?? null])]);
}

test('the conversations that a Codex writes are those whose locks it holds', async () => {
  const home = codexHome();
  const process = await holderOf([home.lock(one), home.lock(two)]);
  home.lock('01a22494-0000-7000-8000-000000000000');
  home.rollout(one);
  const evidence = await home.look([process]);
  expect(held(evidence)).toEqual([
    [
      process.pid,
      [
        [one, null],
        [two, null],
      ],
    ],
  ]);
  // Before its first prompt a conversation has no file.
  expect([...(evidence.artifacts ?? [])].map(([id, file]) => [id, file !== null])).toEqual([
    [one, true],
    [two, false],
  ]);
  // The file of the second will be in one of these: a hint comes with it.
  expect(codex.watched(evidence)).toContain(join(home.root, 'sessions/2026/11/29'));
  kill(process.pid, 'SIGKILL');
  await until('the locks to be free', async () => (await home.look([process])).holders.size === 0);
});

test('what a sub-agent of it writes is none of its own', async () => {
  const home = codexHome();
  const process = await holderOf([home.lock(one), home.lock(two)]);
  home.rollout(one);
  home.rollout(two, { cwd: '/w/shop', thread_source: 'subagent', parent_thread_id: one });
  expect(held(await home.look([process]))).toEqual([[process.pid, [[one, null]]]]);
});

test('what a daemon holds goes on in the background, whatever pane shows it', async () => {
  const home = codexHome();
  const { pid } = await holderOf([home.lock(one)]);
  const daemon = processLike({ pid, argv: ['codex', 'app-server', '--listen', 'unix://'], tty: 0 });
  const evidence = await home.look([processLike({ pid: 4_194_401, argv: ['codex'] }), daemon]);
  expect(held(evidence)).toEqual([[pid, [[one, `codex resume ${one}`]]]]);
  expect(evidence.outlives).toContain(`daemon (pid ${pid})`);
  expect(evidence.unprovable).toContain(`[features] in ${home.root}/config.toml`);
});

test('a conversation that no process writes goes on in its own folder', async () => {
  const home = codexHome();
  home.rollout(one);
  const evidence = await home.look([], [one, two]);
  expect(Object.fromEntries(evidence.ends)).toEqual({ [one]: { cwd: '/w/shop', continuedIn: null } });
  expect(Object.fromEntries(evidence.resume)).toEqual({ [one]: `codex resume ${one}` });
  expect(codex.watched(evidence)).toEqual([
    join(home.root, 'thread-writer-locks'),
    join(home.root, 'sessions/2026/11/28'),
  ]);
});

test('another folder than the usual one is named to the Codex that goes on', async () => {
  const home = codexHome();
  home.rollout(one);
  const read = codex.makeReader({ folders: [home.root], home: '/home/me' });
  const ask = { at: 0, ids: [one], recorded: [], resumable: [], roots: [], folders: [], processes: [] };
  const { seen } = await read({ ...ask, titleOf: () => null, startOf: () => Promise.resolve(null) });
  expect('known' in seen && seen.known.resume.get(one)).toBe(`CODEX_HOME=${home.root} codex resume ${one}`);
});

test('each process has the folder that its environment names, and an id is missing only if it is in none', async () => {
  const [own, other] = [codexHome(), codexHome()];
  const process = { ...(await holderOf([other.lock(two)])), folders: { CODEX_HOME: other.root } };
  other.rollout(two);
  const evidence = await own.look([process], [one, two]);
  expect(held(evidence)).toEqual([[process.pid, [[two, null]]]]);
  expect([...(evidence.artifacts ?? [])].map(([id, file]) => [id, file !== null])).toEqual([
    [one, false],
    [two, true],
  ]);
  expect(Object.fromEntries(evidence.resume)).toEqual({ [two]: `CODEX_HOME=${other.root} codex resume ${two}` });
  expect(codex.launch(process).root).toBe(other.root);
});

test('a folder that cannot be read hides what could lie there, and nothing else', async () => {
  const home = codexHome();
  home.rollout(one);
  rmSync(join(home.root, 'thread-writer-locks'), { recursive: true });
  put(join(home.root, 'thread-writer-locks'), 'no folder');
  const evidence = await home.look([], [one, two]);
  expect(evidence.unreadable).toMatchObject([
    { path: join(home.root, 'thread-writer-locks'), hides: { kind: 'records' } },
  ]);
  expect([...(evidence.artifacts ?? [])].map(([id, file]) => [id, file !== null])).toEqual([
    [one, true],
    [two, false],
  ]);
});

test('what it does stands in the title of its pane', async () => {
  const process = processLike({ argv: ['codex'], cwd: '/w/shop' });
  const evidence = await codexHome().look([process], [], '⠧ mend the till | shop');
  expect(evidence.activity.get(process.pid)).toEqual({ activity: 'working', waiting: null, since: null });
});
