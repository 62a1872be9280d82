import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Real tmux sessions with pretend agents, their registry, and a home of their own. */
export interface Fleet {
  readonly env: Record<string, string>;
  readonly home: string;
  readonly socket: string;
  readonly registry: string;
  readonly serverPid: number;
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
  for (const name of names) {
    tmux('new-session', '-d', '-s', name, '-c', home, 'bash', '-c', 'exec -a claude sleep 86400');
  }
  const panes = new Map(
    tmux('list-panes', '-a', '-F', '#{session_name} #{pane_pid}')
      .trim()
      .split('\n')
      .map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']),
  );
  writeFileSync(registry, `version: 1\nsessions:\n${names.map((name) => entry(name, panes.get(name), home)).join('')}`);
  const hourAgo = Date.now() / 1000 - 3600;
  utimesSync(registry, hourAgo, hourAgo);
  const serverPid = Number(tmux('display-message', '-p', '#{pid}'));
  return {
    env,
    home,
    socket: join(root, `tmux-${process.getuid?.() ?? 0}`, 'default'),
    registry,
    serverPid,
    close: () => {
      tmux('kill-server');
      while (isAlive(serverPid)) spawnSync('sleep', ['0.1']);
      rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** Returns an entry with every field that `docs/registry-format.md` names, as people's files hold them. */
function entry(name: string, pid: string | undefined, home: string): string {
  return `  ${name}: # kept by hand
    workspace: lab-${Number(/\d+/.exec(name)?.[0]) % 20}
    agent: claude
    cwd: ${home}
    status: running
    created_at: 2026-07-01T09:00:00Z
    terminated_at: null
    termination_mode: null
    pane: { pid: ${pid}, cmd: claude, cwd: ${home} }
    claude_session_id_own: null
    agent_identities:
      claude: { session_id: null }
      agy: { conversation_id: null }
    previous_session_ids: []
    last_visible_status: auto-registered
    delegate_job_id: null
    monitor: { ignore: false, pin: [] }
`;
}

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
