import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodedFolder } from '../../src/agents/claude/project-folder.ts';
import { kill, PrivateWorld, until } from './private-world.ts';

const [one, two] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;
const name = 'shop-creator-claude';

let world: PrivateWorld;
let shop: string;

beforeEach(() => {
  world = new PrivateWorld();
  shop = join(world.work, 'shop');
  mkdirSync(join(shop, 'api'), { recursive: true });
  world.tmux(['new-session', '-d', '-s', 'keep', 'sleep 1000']);
});
afterEach(async () => {
  world.tmux(['kill-server']);
  await world.close();
});

/** Writes a conversation that belongs to that folder, with these lines after its first. */
function transcript(id: string, folder: string, lines: readonly object[] = []): void {
  const first = { type: 'user', sessionId: id, cwd: folder, timestamp: new Date().toISOString(), version: '2.1.332' };
  const text = [first, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
  world.file(join('home/.claude/projects', encodedFolder(folder), `${id}.jsonl`), text);
}

/**
 * Starts a Claude outside tmux, with its record.
 * @returns its pid
 */
async function claudeElsewhere(id: string, fields: object): Promise<number> {
  const words = ['-c', `exec -a claude perl '${join(world.bin, 'agent.pl')}'`];
  const { pid } = world.startOther('bash', words, { cwd: shop });
  await until('the agent', () => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('claude'));
  const procStart = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19];
  const record = { pid, sessionId: id, cwd: shop, procStart, version: '2.1.332', entrypoint: 'cli', ...fields };
  world.file(`home/.claude/sessions/${pid}.json`, JSON.stringify(record));
  return pid;
}

/** Returns what a pass tells of a session that is gone. */
async function death(fields: string) {
  world.writeRegistry(`sessions:\n  ${name}: { agent: claude, status: running, ${fields} }\n`, 60);
  const { document } = await world.reconcile();
  const [drift] = document.drifts;
  expect(drift).toMatchObject({ kind: 'session-gone', session: name });
  return drift;
}

/** Returns the folder that a line leads into, and the command that follows. */
function leads(line: string): readonly [string, string] {
  const [, to = '', command = ''] = /^(.*&& )(claude .*)$/.exec(line) ?? [];
  return [execFileSync('sh', ['-c', `${to}pwd`], { cwd: '/', encoding: 'utf8' }).trim(), command];
}

test('a line leads into the folder to which the conversation belongs, not to the one that the registry names', async () => {
  transcript(one, shop);
  for (const cwd of [world.work, join(shop, 'api')]) {
    const { resume } = await death(`cwd: ${cwd}, claude_session_id_own: ${one}`);
    expect(leads(resume)).toEqual([shop, `claude --resume ${one}`]);
  }
});

test('a folder as people write it, with blanks and quotes, is one that a shell can go into', async () => {
  const odd = join(world.home, "it's $HOME; `x`");
  mkdirSync(odd);
  transcript(one, odd);
  const written = JSON.stringify(`~/${odd.slice(world.home.length + 1)}`);
  const { resume } = await death(`cwd: ${written}, claude_session_id_own: ${one}`);
  expect(leads(resume)).toEqual([realpathSync(odd), `claude --resume ${one}`]);
});

test('after /cd it leads there; where that folder is gone, it says so', async () => {
  const moved = join(world.work, 'moved');
  mkdirSync(moved);
  const first = { type: 'user', sessionId: one, cwd: shop, timestamp: new Date().toISOString() };
  const lines = [first, { type: 'relocated', sessionId: one, relocatedCwd: moved }];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  world.file(join('home/.claude/projects', encodedFolder(moved), `${one}.jsonl`), text);
  const fields = `cwd: ${shop}, claude_session_id_own: ${one}`;
  expect(leads((await death(fields)).resume)).toEqual([moved, `claude --resume ${one}`]);
  rmSync(moved, { recursive: true });
  const { message, resume } = await death(fields);
  expect(resume).toBeUndefined();
  expect(message).toBe(`${name}: tmux gone. Marked terminated. The folder of its conversation is gone: ${moved}.`);
});

test('no line begins a conversation that a living process runs: how to get there is said, and in status and explain', async () => {
  transcript(one, shop);
  const fields = `cwd: ${shop}, claude_session_id_own: ${one}`;
  const pid = await claudeElsewhere(one, { kind: 'bg', jobId: '0e2bf8bc' });
  const { message, resume } = await death(fields);
  expect(resume).toBeUndefined();
  const attach = 'Its conversation goes on in the background; attach with: claude attach 0e2bf8bc';
  expect(message).toBe(`${name}: tmux gone. Marked terminated. ${attach}`);
  const explained = await world.run(['explain', name]);
  expect(explained.stdout).toContain(`resume    ${attach}`);
  const status = async () => JSON.parse((await world.run(['status', '--json'])).stdout).sessions[0].resume;
  expect(await status()).toBeNull();
  kill(pid, 'SIGKILL');
  await until('the line', async () => (await status()) === `cd ${shop} && claude --resume ${one}`);
});

test('a conversation that was moved to the background goes on there, and after its end from what was said there', async () => {
  const continued = { type: 'continued-in', sessionId: one, continuedInSessionId: two };
  transcript(one, shop, [continued]);
  const fields = `cwd: ${shop}, claude_session_id_own: ${one}`;
  const pid = await claudeElsewhere(two, { kind: 'bg', jobId: two.slice(0, 8) });
  expect((await death(fields)).message).toContain(`attach with: claude attach ${two.slice(0, 8)}`);
  kill(pid, 'SIGKILL');
  await until('its end', () => world.run(['status', '--json']).then(({ stdout }) => stdout.includes(`resume ${one}`)));
  expect(leads((await death(fields)).resume)).toEqual([shop, `claude --resume ${one}`]);
  transcript(two, shop);
  expect(leads((await death(fields)).resume)).toEqual([shop, `claude --resume ${two}`]);
});

test('the conversation of an agent with a folder of its own is found after its end, where the cache is lost too', async () => {
  transcript(two, shop);
  const own = world.folder('home/own claude');
  const first = { type: 'user', sessionId: one, cwd: shop, timestamp: new Date().toISOString(), version: '2.1.332' };
  world.file(join('home/own claude/projects', encodedFolder(shop), `${one}.jsonl`), `${JSON.stringify(first)}\n`);
  const env = { CLAUDE_CONFIG_DIR: own };
  const pane = await world.openSession(name, { cwd: shop, env });
  const fields = [`agent: claude`, `cwd: ${shop}`, `status: running`, `claude_session_id_own: ${one}`];
  world.writeRegistry(`sessions:\n  ${name}:\n    ${fields.join('\n    ')}\n`, 30);
  expect((await world.reconcile()).document.drifts).toEqual([]);
  world.tmux(['kill-session', '-t', `=${name}`]);
  kill(pane, 'SIGKILL');
  expect((await world.reconcile()).document.drifts).toMatchObject([{ kind: 'session-gone' }]);

  rmSync(world.cache, { recursive: true });
  expect((await world.reconcile()).document.standing).not.toContainEqual(
    expect.objectContaining({ kind: 'artifact-missing' }),
  );
  expect((await world.run(['resume'])).stdout).toContain(`claude --resume ${one}`);
});

test('the script of a mass event holds no line that begins a conversation twice', async () => {
  transcript(one, shop);
  transcript(two, shop);
  const entry = (session: string, id: string): string =>
    `  ${session}: { agent: claude, status: running, tmux_socket: far, cwd: ${world.work}, claude_session_id_own: ${id} }\n`;
  await world.openSession('a-creator-claude', { socket: 'far' });
  await world.openSession('b-creator-claude', { socket: 'far' });
  world.writeRegistry(`sessions:\n${entry('a-creator-claude', one)}${entry('b-creator-claude', two)}`, 60);
  await world.reconcile();
  await claudeElsewhere(two, { kind: 'bg', jobId: two.slice(0, 8) });
  world.tmux(['kill-server'], 'far');
  const [drift] = (
    await until('the event', async () => {
      const { document } = await world.reconcile();
      return document.drifts.length === 0 ? null : document;
    })
  ).drifts;
  expect(drift.kind).toBe('tmux-server-died');
  const far = world.socketPath('far');
  expect(drift.resume.split('\n')).toEqual([
    `mkdir -p -m 700 ${dirname(far)} && tmux -S ${far} new-session -d -s a-creator-claude -c ${shop} sh -c 'trap : INT; claude --resume ${one}; exec "\${SHELL:-/bin/sh}"'`,
    '# b-creator-claude: Its conversation goes on in the background; attach with: claude attach 22222222',
  ]);
});
