import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { writeFilesOf } from '../fleet.ts';
import { endProgram } from './end-program.ts';
import { versionOf, type Peer, type Running, type World } from './peer.ts';

const run = promisify(execFile);
/** How many sessions are started at a time: a start mostly waits. */
const lanes = 6;

/** Returns agent-deck. It watches the sessions of its own registry, which it starts itself. */
export function agentDeck(checkout: string): Peer {
  const program = join(checkout, 'build/agent-deck');
  return {
    name: 'agent-deck',
    version: versionOf(execFileSync(program, ['version'], { encoding: 'utf8' }), checkout),
    runs: 'its terminal UI',
    open: (count) => open(program, count),
    start: (world, prefix) => start(program, world, prefix),
    listing: {
      words: '`agent-deck status -v`',
      command: () => [program, 'status', '-v'],
      gist: /^[A-Z]+ \(\d+\)/,
    },
    seenIn: 'its screen, captured all the time',
  };
}

async function open(program: string, count: number): Promise<World> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'asm-bench-')));
  const env = environmentIn(root);
  const socket = join(root, `tmux-${process.getuid?.() ?? 0}`, 'default');
  const tmux = (...words: readonly string[]): string =>
    execFileSync('tmux', ['-u', '-S', socket, ...words], { env, encoding: 'utf8' });
  const close = (): void => {
    if (existsSync(socket)) tmux('kill-server');
    rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
  };
  try {
    await startAll(program, env, count);
    const sessions = writeSessions(tmux, env.HOME);
    if (sessions.length !== count) throw new Error(`agent-deck started ${sessions.length} of ${count} sessions`);
    const serverPid = Number(tmux('display-message', '-p', '#{pid}'));
    return { env, home: env.HOME, socket, serverPid, sessions, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Makes a home, and a program `claude` that waits. */
function environmentIn(root: string) {
  const [home, bin] = [join(root, 'home'), join(root, 'bin')];
  for (const folder of [home, bin]) mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(bin, 'claude'), '#!/bin/bash\nexec -a claude sleep 86400\n', { mode: 0o755 });
  return {
    PATH: `${bin}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
    HOME: home,
    TMUX_TMPDIR: root,
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
    TERM: 'xterm-256color',
  };
}

/** Registers and starts the sessions with its own command. */
async function startAll(program: string, env: ReturnType<typeof environmentIn>, count: number): Promise<void> {
  const titles = Array.from({ length: count }, (_, number) => `w${number}`);
  const work = async (): Promise<void> => {
    for (let title = titles.shift(); title !== undefined; title = titles.shift()) {
      const folder = join(env.HOME, 'work', `project-${title}`);
      mkdirSync(folder, { recursive: true });
      await run(program, ['launch', folder, '-t', title, '-c', 'claude'], { env });
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
}

/** Writes the files that Claude keeps of each session, and returns the sessions. */
function writeSessions(tmux: (...words: readonly string[]) => string, home: string): World['sessions'] {
  const format = ['session_name', 'pane_pid', 'pane_current_path', 'pane_start_command'].map((field) => `#{${field}}`);
  const lines = tmux('list-panes', '-a', '-F', format.join('\t')).trim().split('\n');
  return lines.map((line, number) => {
    const [session = '', pid = '', cwd = '', command = ''] = line.split('\t');
    const name = /^agentdeck_(\w+)_/.exec(session)?.[1] ?? session;
    const id = /--session-id \W*([0-9a-f-]{36})/.exec(command)?.[1] ?? '';
    writeFilesOf({ name, number, pid: Number(pid), cwd, id }, home, Date.now() / 1_000 - 3_600);
    return { name, session, pane: Number(pid) };
  });
}

/** Starts the UI in a terminal of its own, which is large enough for all rows. */
async function start(program: string, world: World, prefix: readonly string[]): Promise<Running> {
  const terminal = ['-u', '-S', join(world.home, '../terminal'), '-f', '/dev/null'];
  const tmux = async (...words: readonly string[]): Promise<string> =>
    (await run('tmux', [...terminal, ...words], { env: world.env })).stdout;
  const size = ['-x', '160', '-y', `${world.sessions.length + 30}`];
  // In a pane it would take the tmux of the pane for the one to watch.
  const alone = ['env', '-u', 'TMUX', '-u', 'TMUX_PANE'];
  await tmux('new-session', '-d', ...size, ...alone, ...prefix, program);
  const pid = Number(await tmux('display-message', '-p', '#{pane_pid}'));
  const screen = (): Promise<string> => tmux('capture-pane', '-p');
  const stop = async (): Promise<void> => {
    await endProgram(pid);
    await tmux('kill-server').catch(() => undefined);
  };
  const deadline = performance.now() + 60_000;
  for (let text = ''; rowsOf(text).length < world.sessions.length; text = await screen()) {
    if (performance.now() > deadline) {
      await stop();
      throw new Error(`agent-deck shows too few sessions:\n${text}`);
    }
    // Its first start asks for settings, the next for leave to set up hooks. Escape takes what stands there.
    if (/Esc to use defaults|Claude Code Hooks/.test(text)) await tmux('send-keys', 'Escape');
    await pause(500);
  }
  return {
    pid,
    gone: async () => {
      const ended = rowsOf(await screen()).filter(({ state }) => state === '✕');
      return new Set(ended.map(({ name }) => name));
    },
    shows: async () => /Agent Deck\s+(.*?) • ⚙/.exec(await screen())?.[1] ?? 'an empty screen',
    stop,
  };
}

function rowsOf(screen: string): readonly { readonly state: string; readonly name: string }[] {
  return Array.from(screen.matchAll(/[├└]─ (\S) (w\d+)\b/g), ([, state = '', name = '']) => ({ state, name }));
}
