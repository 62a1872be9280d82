import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readStat } from '../src/system/proc-files.ts';

/**
 * Real tmux sessions with pretend agents, their registry, and a home of their own. As with most people, each has a
 * folder of its own, a recorded conversation with a transcript, and the live record that Claude keeps.
 */
export interface Fleet {
  readonly env: Record<string, string>;
  readonly home: string;
  readonly socket: string;
  readonly registry: string;
  readonly serverPid: number;
  readonly sessions: readonly Session[];
  close(): void;
}

export function openFleet(count: number): Fleet {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'asm-bench-')));
  const home = join(root, 'home');
  mkdirSync(home, { mode: 0o700 });
  const registry = join(home, 'agent-sessions.yaml');
  const env = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    TMUX_TMPDIR: root,
    AGENT_SESSIONS_YAML: registry,
    AGENT_SESSIONS_MONITOR_STATE_DIR: join(root, 'state'),
    XDG_CACHE_HOME: join(root, 'cache'),
    LANG: 'C.UTF-8',
  };
  const tmux = (...words: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync('tmux', ['-u', '-f', '/dev/null', '-L', 'default', ...words], {
      env: { ...env, SHELL: '/bin/sh' },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`tmux ${words.join(' ')}: ${stderr}`);
    return stdout;
  };
  const names = Array.from({ length: count }, (_, number) => `w${number}-creator-claude`);
  for (const [number, name] of names.entries()) {
    mkdirSync(folderOf(home, number), { recursive: true });
    tmux('new-session', '-d', '-s', name, '-c', folderOf(home, number), 'bash', '-c', 'exec -a claude sleep 86400');
  }
  const panes = new Map(
    tmux('list-panes', '-a', '-F', '#{session_name} #{pane_pid}')
      .trim()
      .split('\n')
      .map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]),
  );
  const sessions = names.map((name, number) => aSession(name, number, panes.get(name) ?? 0, home));
  const hourAgo = Date.now() / 1000 - 3600;
  for (const session of sessions) writeFilesOf(session, home, hourAgo);
  writeFileSync(registry, `version: 1\nsessions:\n${sessions.map(entry).join('')}`);
  utimesSync(registry, hourAgo, hourAgo);
  const serverPid = Number(tmux('display-message', '-p', '#{pid}'));
  return {
    env,
    home,
    socket: join(root, `tmux-${process.getuid?.() ?? 0}`, 'default'),
    registry,
    serverPid,
    sessions,
    close: () => {
      tmux('kill-server');
      while (readStat(serverPid) !== null) spawnSync('sleep', ['0.1']);
      rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

export interface Session {
  readonly name: string;
  readonly number: number;
  /** The process of its pane, which is the pretend agent. */
  readonly pid: number;
  readonly cwd: string;
  readonly id: string;
}

function folderOf(home: string, number: number): string {
  return join(home, 'work', `project-${number}`);
}

function aSession(name: string, number: number, pid: number, home: string): Session {
  return { name, number, pid, cwd: folderOf(home, number), id: `${10_000_000 + number}-0000-4000-8000-000000000000` };
}

/** Returns where Claude keeps the conversation of a session of this fleet. */
export function transcriptOf({ cwd, id }: Session, home: string): string {
  return join(home, '.claude/projects', cwd.replaceAll(/[^A-Za-z0-9]/g, '-'), `${id}.jsonl`);
}

/** Writes what Claude writes: the conversation and the record of its process. */
export function writeFilesOf(session: Session, home: string, changedAt: number): void {
  const { pid, cwd, id } = session;
  const transcript = transcriptOf(session, home);
  mkdirSync(dirname(transcript), { recursive: true });
  const said = { type: 'user', cwd, sessionId: id, timestamp: new Date(changedAt * 1000).toISOString() };
  writeFileSync(transcript, `${JSON.stringify(said)}\n`);
  utimesSync(transcript, changedAt, changedAt);
  const record = {
    pid,
    sessionId: id,
    cwd,
    procStart: readStat(pid)?.start,
    kind: 'interactive',
    entrypoint: 'cli',
    version: '2.1.332',
  };
  const doing = { status: 'idle', statusUpdatedAt: changedAt * 1000 };
  mkdirSync(join(home, '.claude/sessions'), { recursive: true });
  writeFileSync(join(home, `.claude/sessions/${pid}.json`), JSON.stringify({ ...record, ...doing }));
}

/** Returns an entry with every field of `docs/registry-format.md` that is not optional, as people's files hold them. */
function entry({ name, number, pid, cwd, id }: Session): string {
  return `  ${name}: # kept by hand
    workspace: lab-${number % 20}
    agent: claude
    cwd: ${cwd}
    status: running
    created_at: 2026-07-01T09:00:00Z
    terminated_at: null
    termination_mode: null
    pane: { pid: ${pid}, cmd: claude, cwd: ${cwd} }
    claude_session_id_own: ${id}
    agent_identities:
      claude: { session_id: ${id} }
      agy: { conversation_id: null }
    previous_session_ids: []
    last_visible_status: auto-registered
    delegate_job_id: null
    monitor: { ignore: false, pin: [] }
`;
}
