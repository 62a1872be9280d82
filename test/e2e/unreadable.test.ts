import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kill, PrivateWorld, until } from './private-world.ts';

const [known, closedId, pipeId, othersId] = ['11111111', '22222222', '33333333', '55555555'].map(
  (word) => `${word}-1111-4111-8111-111111111111`,
) as [string, string, string, string];
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

let world: PrivateWorld;
let home: string;
let work: string;
let server: number;
let agent: number;
let env: Record<string, string>;

// Root can read everything, so the session, its files and the program belong to a user who is not root.
beforeAll(async () => {
  world = new PrivateWorld();
  chmodSync(world.root, 0o755);
  chmodSync(world.bin, 0o755);
  home = world.folder('outsider');
  work = join(home, 'work');
  mkdirSync(work);
  env = {
    ...world.env,
    HOME: home,
    TMUX_TMPDIR: home,
    AGENT_SESSIONS_YAML: join(home, 'agent-sessions.yaml'),
    AGENT_SESSIONS_MONITOR_STATE_DIR: join(home, 'state'),
    XDG_CACHE_HOME: join(home, 'cache'),
  };
  for (const folder of ['sessions', 'projects/-work', 'projects/-closed']) {
    mkdirSync(join(home, '.claude', folder), { recursive: true });
  }
  own(home);
  const script = `exec -a claude perl ${join(world.bin, 'agent.pl')}`;
  const session = ['new-session', '-d', '-P', '-F', '#{pane_pid} #{pid}', '-s', 'shop-creator-claude', '-c', work];
  const pids = asNobody('tmux', '-u', '-f', '/dev/null', '-L', 'default', ...session, 'bash', '-c', script);
  [agent, server] = pids.trim().split(' ').map(Number) as [number, number];
  await until('the agent', () => readFileSync(`/proc/${agent}/cmdline`, 'utf8').startsWith('claude'));
  writeFileSync(join(home, '.claude/projects/-work', `${known}.jsonl`), transcript(known));
  writeFileSync(join(home, '.claude/projects/-closed', `${closedId}.jsonl`), transcript(closedId));
  const start = readFileSync(`/proc/${agent}/stat`, 'utf8').split(') ')[1]?.split(' ')[19];
  const record = { pid: agent, sessionId: known, cwd: work, procStart: start, kind: 'interactive', version: '2.1.332' };
  writeFileSync(join(home, `.claude/sessions/${agent}.json`), JSON.stringify(record));
  own(home);

  execFileSync('mkfifo', [join(home, '.claude/projects/-work', `${pipeId}.jsonl`)]);
  execFileSync('mkfifo', [join(home, '.claude/settings.json'), join(home, '.claude/sessions/1.json')]);
  mkdirSync(join(home, '.claude/projects/-work/44444444-4444-4444-8444-444444444444.jsonl'));
  symlinkSync('loop', join(home, '.claude/projects/loop'));
  symlinkSync('/nowhere/disk', join(home, '.claude/projects/-away'));
  const others = join(home, '.claude/projects/-work', `${othersId}.jsonl`);
  writeFileSync(others, transcript(othersId));
  chmodSync(others, 0);
  if (isRoot) chownSync(others, 0, 0);
  chmodSync(join(home, '.claude/projects/-closed'), 0);
  if (isRoot) chownSync(join(home, '.claude/projects/-closed'), 0, 0);
});
afterAll(async () => {
  chmodSync(join(home, '.claude/projects/-closed'), 0o700);
  kill(server, 'SIGKILL');
  kill(agent, 'SIGKILL');
  await world.close();
});

function transcript(id: string): string {
  const line = { type: 'user', sessionId: id, cwd: work, timestamp: new Date().toISOString(), version: '2.1.332' };
  return `${JSON.stringify(line)}\n`;
}

function own(path: string): void {
  if (!isRoot) return;
  chownSync(path, nobody, nobody);
  for (const name of readdirSync(path, { recursive: true })) chownSync(join(path, String(name)), nobody, nobody);
}

function asNobody(...words: string[]): string {
  const change = isRoot ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : [];
  const [file = '', ...rest] = [...change, ...words];
  const { status, stdout, stderr } = spawnSync(file, rest, { env, cwd: home, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  return stdout;
}

/** Writes the registry as its user left it a minute ago. */
function register(fields: string): void {
  const path = join(home, 'agent-sessions.yaml');
  writeFileSync(
    path,
    `sessions:\n  shop-creator-claude: { agent: claude, status: running, cwd: ${work}, ${fields} }\n`,
  );
  if (isRoot) chownSync(path, nobody, nobody);
  world.touch(path, 60);
}

async function reconcile() {
  const ran = await world.runAsNobody(['reconcile', '--emit-diff'], env);
  if (ran.stdout === '') throw new Error(`no document, exit ${ran.code}: ${ran.stderr}`);
  return { code: ran.code, document: JSON.parse(ran.stdout) };
}

test('pipes, folders, loops, disks that are away and what is closed to us keep no other id from its entry', async () => {
  register('claude_session_id_own: null');
  // A session that was created less than 5 s ago is left for the next pass.
  const { code, document } = await until('the id', async () => {
    const ran = await reconcile();
    return ran.document.deferred.length > 0 ? null : ran;
  });
  expect(document.drifts).toMatchObject([{ kind: 'session-id-materialized', edits: [{ to: known }] }]);
  expect([code, document.blind]).toEqual([0, []]);
  expect(readFileSync(join(home, 'agent-sessions.yaml'), 'utf8')).toContain(`claude_session_id_own: ${known}`);
});

test('an id that could lie there is unknown: it is not called stale, and what would show it is said', async () => {
  register(
    `claude_session_id_own: ${known}, agent_identities: { claude: { session_id: ${closedId} } }, monitor: { pin: [agent_identities] }`,
  );
  const { code, document } = await reconcile();
  const kinds = document.standing.map(({ kind }: { kind: string }) => kind);
  expect(kinds).not.toContain('artifact-missing');
  expect(code).toBe(4);
  const sources = document.blind.map(({ source }: { source: string }) => source.replace(home, '~'));
  expect(sources).toEqual(['-away', '-closed', 'loop'].map((name) => `claude:~/.claude/projects/${name}`));
  const explained = await world.runAsNobody(['explain', 'shop-creator-claude'], env);
  expect(explained.stdout).toMatch(/-closed: may not be read \(EACCES\)\. Cure: give .* to the user who runs this/);
});

test("a file of another user's is that conversation alone", async () => {
  register(`claude_session_id_own: ${othersId}, monitor: { pin: [claude_session_id_own] }`);
  const { code, document } = await reconcile();
  expect(code).toBe(4);
  const source = `claude:${home}/.claude/projects/-work/${othersId}.jsonl`;
  expect(document.blind).toMatchObject([{ source, reason: 'may not be read (EACCES)' }]);
});
