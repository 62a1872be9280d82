import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { childrenOf, isAlive, kill, PrivateWorld, until } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

interface Told {
  readonly kind: string;
  readonly message: string;
  readonly resume?: string;
  readonly sessions?: readonly string[];
  readonly evidence: readonly { readonly said: string }[];
}

/** Returns what the first pass with news tells. The next pass must be silent and leave the file alone. */
async function news(): Promise<readonly Told[]> {
  const { document } = await until('news', async () => {
    const ran = await world.reconcile();
    expect(ran.code).toBe(0);
    return ran.document.drifts.length > 0 ? ran : null;
  });
  const text = world.readRegistry();
  const again = await world.reconcile();
  expect(again.document.drifts).toEqual([]);
  expect(world.readRegistry()).toBe(text);
  return document.drifts;
}

const messages = (drifts: readonly Told[]): readonly string[] => drifts.map(({ message }) => message);

/** Opens sessions with their agents, registered and seen once. */
async function settled(...sessions: readonly string[]): Promise<readonly number[]> {
  const panes: number[] = [];
  for (const session of sessions) panes.push(await world.openSession(session));
  await world.reconcile();
  return panes;
}

const serverPid = (): number => Number(world.tmux(['display-message', '-p', '#{pid}']));

test('kill-session', async () => {
  const [pane] = await settled('shop-creator-claude', 'blog-creator-claude', 'news-creator-claude');
  world.tmux(['kill-session', '-t', '=shop-creator-claude']);
  const [drift, ...more] = await news();
  expect(more).toEqual([]);
  expect(drift?.message).toBe(`shop-creator-claude: tmux gone (was pane ${pane}, cmd claude). Marked terminated.`);
  expect(drift?.evidence.map(({ said }) => said)).toEqual([
    'complete list of 2 sessions, not among them',
    `pid ${pane} is not there any more`,
  ]);
  expect(world.readRegistry()).toMatch(
    /shop-creator-claude:[^]*status: terminated\n[^]*terminated_at: \d{4}-\S+Z\n {4}termination_mode: auto-detected\n$/,
  );
});

test('kill-server with one session is its death alone; with two it is one event', async () => {
  await settled('shop-creator-claude');
  world.tmux(['kill-server']);
  expect(messages(await news())).toEqual([expect.stringMatching(/^shop-creator-claude: tmux gone/)]);

  await settled('blog-creator-claude', 'news-creator-claude');
  const id = '10000000-0000-4000-8000-000000000000';
  world.file(`home/.claude/projects/p/${id}.jsonl`, '{}\n');
  world.writeRegistry(
    world.readRegistry().replace(/(blog-creator-claude:[^]*?claude_session_id_own: )null/, `$1${id}`),
    30,
  );
  await world.reconcile();
  world.tmux(['kill-server']);
  const drifts = await news();
  expect(messages(drifts)).toEqual([
    expect.stringMatching(
      /^The tmux server .*died.*: 2 sessions are gone \(blog-creator-claude, news-creator-claude\)\. Marked terminated\.$/,
    ),
  ]);
  expect(drifts[0]).toMatchObject({
    kind: 'tmux-server-died',
    sessions: ['blog-creator-claude', 'news-creator-claude'],
  });
  expect(drifts[0]?.resume).toContain(`claude --resume ${id}`);
  expect(world.readRegistry()).not.toContain('status: running');
});

test('the script of a mass event makes every session again, where it was and with its conversation', async () => {
  const far = world.socketPath('far');
  const sessions = [
    { name: 'shop-creator-claude', agent: 'claude', socket: 'default' },
    { name: "blog #(touch pwned)'s-creator-agy", agent: 'agy', socket: 'default' },
    { name: 'news-creator-claude', agent: 'claude', socket: 'far' },
  ] as const;
  const cwd = world.folder("home/it's #S here");
  const id = (index: number): string => `${index + 1}0000000-0000-4000-8000-000000000000`;
  const entries = sessions.map(({ name, agent, socket }, index) => {
    const root = socket === 'far' ? 'other claude' : '.claude';
    const place =
      agent === 'claude'
        ? `${root}/projects/p/${id(index)}.jsonl`
        : `.gemini/antigravity-cli/conversations/${id(index)}.db`;
    world.file(`home/${place}`, '{}\n');
    const field =
      agent === 'claude' ? `claude: { session_id: ${id(index)} }` : `agy: { conversation_id: ${id(index)} }`;
    return [
      `  ${JSON.stringify(name)}:`,
      `workspace: lab`,
      `agent: ${agent}`,
      `cwd: ${JSON.stringify(cwd)}`,
      ...(socket === 'far' ? [`tmux_socket: ${far}`] : []),
      `status: running`,
      `created_at: 2026-07-01T09:00:00Z`,
      `agent_identities: { ${field} }`,
    ].join('\n    ');
  });
  // tmux would run a command that a name or a folder holds.
  const calm = (text: string): string => text.replaceAll('#', '##');
  for (const { name, agent, socket } of sessions) {
    const env = socket === 'far' ? { env: { CLAUDE_CONFIG_DIR: `${world.home}/other claude` } } : {};
    await world.openSession(calm(name), { agent, socket, cwd: calm(cwd), ...env });
  }
  world.writeRegistry(`sessions:\n${entries.join('\n')}\n`, 30);
  await world.reconcile();
  world.tmux(['kill-server']);
  world.tmux(['kill-server'], 'far');
  const [drift, ...more] = await news();
  expect(more).toEqual([]);
  const script = drift?.resume ?? '';
  // A boot may have removed the folder of an unusual socket.
  const farLine = `mkdir -p -m 700 ${dirname(far)} && tmux -S ${far} `;
  expect(script.split('\n').every((line) => line.startsWith('tmux ') || line.startsWith(farLine))).toBe(true);
  const farLines = script.split('\n').filter((line) => line.startsWith(farLine));
  expect(farLines).toEqual([expect.stringContaining('CLAUDE_CONFIG_DIR=')]);
  expect(script.split('CLAUDE_CONFIG_DIR='), 'where Claude finds it by itself nothing is set').toHaveLength(2);

  for (const agent of ['claude', 'agy']) {
    const program = world.file(`bin/${agent}`, `#!/bin/bash\nexec -a ${agent} perl '${world.bin}/agent.pl' "$@"\n`);
    chmodSync(program, 0o755);
  }
  // The registry and tmux hold whole seconds: a user does not paste the line in the second of the death.
  const endedAt = Date.parse(/terminated_at: (\S+)/.exec(world.readRegistry())?.[1] ?? '');
  await until('the next second', () => Date.now() >= endedAt + 1_000);
  const ran = world.startOther('sh', ['-c', script]);
  expect({ code: await ran.exited, stderr: ran.stderr() }).toEqual({ code: 0, stderr: '' });
  try {
    const list = (socket: string) =>
      world.tmux(['list-panes', '-a', '-F', '#{session_name}\t#{pane_current_path}'], socket).trim().split('\n');
    const places = sessions.map(({ name }) => `${name}\t${cwd}`).toSorted();
    // tmux does not know a pane's folder before its program has begun.
    await vi.waitFor(() => expect([...list('default'), ...list('far')].toSorted()).toEqual(places), 20_000);
    await until('every conversation to go on', async () => {
      await world.reconcile();
      return !world.readRegistry().includes('status: terminated');
    });
    expect(existsSync(join(cwd, 'pwned')) || existsSync(join(world.home, 'pwned'))).toBe(false);
    const { sessions: rows } = JSON.parse((await world.run(['status', '--json'])).stdout);
    expect(rows.map((row: { status: string; id: string }) => [row.status, row.id])).toEqual(
      sessions.map((_, index) => ['running', id(index)]),
    );
  } finally {
    world.tmux(['kill-server']);
    world.tmux(['kill-server'], 'far');
  }
});

test('kill -9 of the server leaves its agents: they are gone for tmux, and the evidence says that they still run', async () => {
  const panes = await settled('shop-creator-claude', 'blog-creator-claude');
  const server = serverPid();
  kill(server, 'SIGKILL');
  await until('the server to end', () => !isAlive(server));
  const drifts = await news();
  expect(drifts.map(({ kind }) => kind)).toEqual(['tmux-server-died']);
  for (const pane of panes) kill(pane, 'SIGKILL');
});

test('a reboot is one event, told with the whole plan', async () => {
  const before = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]) - 3600;
  const at = new Date(before * 1000).toISOString().replace('.000Z', 'Z');
  const entry = (name: string, pid: number) =>
    `  ${name}-creator-claude:\n    workspace: ${name}\n    agent: claude\n    cwd: ${world.work}\n    status: running\n` +
    `    created_at: ${at}\n    pane: { pid: ${pid}, cmd: claude }\n    claude_session_id_own: null\n`;
  world.writeRegistry(`sessions:\n${entry('shop', 4_194_301)}${entry('blog', 4_194_302)}`, 30);
  const drifts = await news();
  expect(messages(drifts)).toEqual([
    expect.stringMatching(
      /^The machine booted at .*Z: 2 sessions are gone \(blog-creator-claude, shop-creator-claude\)\. Marked terminated\.$/,
    ),
  ]);
  expect(drifts[0]?.kind).toBe('host-rebooted');
});

test('an agent that ignores SIGHUP outlives its session: gone, and the evidence says that it still runs', async () => {
  await world.openSession('news-creator-claude');
  const pane = await world.openSession('shop-creator-claude', { env: { AGENT_IGNORES_HUP: '1' } });
  await world.reconcile();
  world.tmux(['kill-session', '-t', '=shop-creator-claude']);
  const [drift] = await news();
  expect(drift?.message).toMatch(/^shop-creator-claude: tmux gone/);
  expect(drift?.evidence.map(({ said }) => said)).toContain(`pid ${pane} still runs`);
  expect(isAlive(pane)).toBe(true);
  kill(pane, 'SIGKILL');
});

test('an agent that ends and leaves its shell, comes back, and ends again is told twice', async () => {
  const shell = await world.openSession('shop-creator-claude', { inShell: true });
  await world.reconcile();
  const agent = () => childrenOf(shell)[0] ?? 0;
  const end = async () => {
    const pid = agent();
    kill(pid, 'SIGKILL');
    await until('the shell to be alone', () => childrenOf(shell).length === 0);
  };
  const visible = () => /last_visible_status: (\S+)/.exec(world.readRegistry())?.[1];
  const told: string[] = [];
  const passes = async (status: string) => {
    await until(`the word ${status}`, async () => {
      const { document } = await world.reconcile();
      told.push(...messages(document.drifts));
      return visible() === status;
    });
  };

  await end();
  await passes('agent-exited');
  expect(world.readRegistry()).toContain('status: running');
  await world.startAgentInShell('shop-creator-claude', shell);
  await passes('auto-registered');
  await end();
  await passes('agent-exited');
  expect(told).toEqual([
    expect.stringMatching(/^shop-creator-claude: .*agent.*exited/),
    expect.stringMatching(/^shop-creator-claude: .*agent.*exited/),
  ]);
});

test('a session that was renamed is neither gone nor new', async () => {
  await settled('shop-creator-claude', 'blog-creator-claude');
  world.tmux(['rename-session', '-t', '=shop-creator-claude', 'store-creator-claude']);
  const text = world.readRegistry();
  expect(await news()).toMatchObject([
    { kind: 'session-renamed', message: expect.stringContaining('store-creator-claude') },
  ]);
  world.tmux(['rename-session', '-t', '=blog-creator-claude', 'shop-creator-claude']);
  world.tmux(['rename-session', '-t', '=store-creator-claude', 'blog-creator-claude']);
  expect(messages(await news()), 'two that swapped their names').toEqual([
    'blog-creator-claude: the tmux session is called shop-creator-claude now. Rename the entry, or take the name back.',
    'shop-creator-claude: the tmux session is called blog-creator-claude now. Rename the entry, or take the name back.',
  ]);
  expect(world.readRegistry()).toBe(text);
});

test('terminated by a person while it runs is told once; made again after that, it is revived', async () => {
  await settled('shop-creator-claude', 'blog-creator-claude');
  // Whole seconds, as a person writes them, a moment before the session is made again.
  const now = new Date(Date.now() - 2_000).toISOString().replace(/\.\d+Z/, 'Z');
  const byHand = world
    .readRegistry()
    .replace(/(shop-creator-claude:[^]*?)status: running/, `$1status: terminated\n    terminated_at: ${now}`);
  world.writeRegistry(byHand, 30);
  expect(await news()).toMatchObject([{ kind: 'terminated-but-alive', session: 'shop-creator-claude' }]);
  expect(world.readRegistry()).toBe(byHand);

  world.tmux(['kill-session', '-t', '=shop-creator-claude']);
  expect((await world.reconcile()).document.drifts).toEqual([]);
  await world.openSession('shop-creator-claude');
  expect(await news()).toMatchObject([{ kind: 'session-revived', session: 'shop-creator-claude' }]);
  expect(world.readRegistry()).toMatch(/shop-creator-claude:[^]*?status: running\n {4}terminated_at: null/);
});
