import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { Unchanged } from './unchanged.ts';

export const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
/** A pretend agent: it is recognised by its process's name. Its arguments change nothing. */
const agentScript = `
if (my $lock = $ENV{AGENT_LOCK}) { open(our $file, '>>', $lock) or die; flock($file, 2) or die }
if ($ENV{AGENT_NESTS} && !fork) { exec { 'perl' } 'claude', '-e', 'sleep 3600', '--', '-p' }
if ($ENV{AGENT_IGNORES_HUP}) { $SIG{HUP} = 'IGNORE' }
sleep 3600 while 1;
`;

/** Other tests run tmux servers of the same user at the same time: this world must not see them. */
const onlyOwnSockets = 'tmux: { sockets: [] }\n';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

interface RunOptions {
  readonly env?: Record<string, string>;
  readonly timeoutMs?: number;
}

export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Resolves with its exit code, or `null` if a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ends it by a signal and waits for it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface AgentOptions {
  readonly agent?: 'claude' | 'agy';
  readonly cwd?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The agent runs below an interactive shell that stays when the agent ends. */
  readonly inShell?: boolean;
  /** `-L` name; default: `default`. */
  readonly socket?: string;
}

/** The folders of the worlds that are over. */
export const closedWorlds: string[] = [];

/** A home, a registry, a state folder and tmux servers of its own. Everything it started ends with `close`. */
export class PrivateWorld {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'asm-')));
  readonly home = this.folder('home');
  readonly work = this.folder('home/work');
  readonly bin = this.folder('bin');
  readonly registry = join(this.home, 'agent-sessions.yaml');
  readonly state = join(this.root, 'state');
  readonly cache = join(this.root, 'cache');
  readonly tmuxDir = this.folder('tmux');
  env: Record<string, string>;
  private readonly children = new Set<ChildProcess>();
  private readonly servers = new Set<number>();
  private readonly asked = new Unchanged<Promise<readonly string[]>>();
  /** The same Node for every call, whatever PATH a test gives. */
  private readonly node: string;

  constructor(node: string = process.execPath) {
    this.node = node;
    this.env = {
      PATH: `${this.bin}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
      HOME: this.home,
      TMUX_TMPDIR: this.tmuxDir,
      AGENT_SESSIONS_YAML: this.registry,
      AGENT_SESSIONS_MONITOR_STATE_DIR: this.state,
      XDG_CACHE_HOME: this.cache,
      LANG: 'C.UTF-8',
      USER: 'tester',
    };
    writeFileSync(join(this.bin, 'agent.pl'), agentScript);
    // As after an installation: messages name the program, and what they say can be pasted.
    const start = `#!/bin/sh\nexec '${node}' '${program}' "$@"\n`;
    writeFileSync(join(this.bin, 'agent-sessions-monitor'), start, { mode: 0o755 });
    this.file('home/.config/agent-sessions-monitor/config.yaml', onlyOwnSockets);
  }

  /** Lets the program look for tmux servers as on a user's machine; it then also sees those of other tests. */
  seeAllServers(): void {
    rmSync(join(this.home, '.config/agent-sessions-monitor/config.yaml'), { force: true });
  }

  /** Makes a folder below the world's root. */
  folder(path: string): string {
    const full = join(this.root, path);
    mkdirSync(full, { recursive: true, mode: 0o700 });
    return full;
  }

  /** Writes a file below the world's root, with its folders. */
  file(path: string, text: string): string {
    const full = join(this.root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    return full;
  }

  /** Writes the registry as a person left it so long ago: text older than 5 s has settled. */
  writeRegistry(text: string, secondsAgo = 0): void {
    writeFileSync(this.registry, text);
    this.touch(this.registry, secondsAgo);
  }

  /** Sets the age of a file. */
  touch(path: string, secondsAgo: number): void {
    const at = Date.now() / 1000 - secondsAgo;
    utimesSync(path, at, at);
  }

  readRegistry(): string {
    return readFileSync(this.registry, 'utf8');
  }

  registryMtime(): number {
    return statSync(this.registry).mtimeMs;
  }

  socketPath(name = 'default'): string {
    return join(this.tmuxDir, `tmux-${process.getuid?.() ?? 0}`, name);
  }

  /** Runs tmux on one of the world's own sockets. @throws if it fails. */
  tmux(words: readonly string[], socket = 'default'): string {
    // The socket is always named, so that it is never the server of the user who runs the tests.
    const { status, stdout, stderr } = spawnSync('tmux', ['-u', '-f', '/dev/null', '-L', socket, ...words], {
      env: { ...this.env, SHELL: '/bin/sh' },
      cwd: this.work,
      encoding: 'utf8',
      timeout: 150_000,
    });
    if (status !== 0) throw new Error(`tmux ${words.join(' ')}: ${status} ${stderr}`);
    return stdout;
  }

  /**
   * Starts a pretend agent in a session of that name.
   * @returns the pane's pid
   */
  async openSession(session: string, options: AgentOptions = {}): Promise<number> {
    const { socket = 'default', cwd = this.work, inShell = false } = options;
    const environment = Object.entries(options.env ?? {}).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const command = inShell ? ['bash', '--norc', '--noprofile', '-i'] : ['bash', '-c', this.agentCommand(options)];
    const words = ['-s', session, '-c', cwd, '-x', '80', '-y', '24'];
    const pane = this.openPane([...words, ...environment, ...command], socket);
    if (inShell) await this.startAgentInShell(session, pane, options);
    else await until(`the agent of ${session}`, () => isAgent(pane));
    return pane;
  }

  /**
   * Opens a session with one pane; its server ends with the world.
   * @param words of `new-session`
   * @returns the pane's pid
   */
  openPane(words: readonly string[], socket: string): number {
    const format = '#{pane_pid} #{pid}';
    const answer = this.tmux(['new-session', '-d', '-P', '-F', format, ...words], socket);
    const [pane, server] = answer.trim().split(' ').map(Number);
    if (pane === undefined || server === undefined) throw new Error('tmux told no pid');
    this.servers.add(server);
    return pane;
  }

  /** Types the agent's command into the session's shell. @returns the agent's pid. */
  async startAgentInShell(session: string, shell: number, options: AgentOptions = {}): Promise<number> {
    const command = this.agentCommand({ ...options, inShell: true });
    this.tmux(['send-keys', '-t', `=${session}:`, command, 'Enter'], options.socket);
    return until(`an agent below the shell of ${session}`, () => childrenOf(shell).find(isAgent) ?? null);
  }

  /** Returns the command of an agent, for a shell's `-c` and for the keyboard, where it runs below the shell. */
  private agentCommand({ agent = 'claude', args = [], inShell = false }: AgentOptions): string {
    const words = [agent, 'perl', join(this.bin, 'agent.pl'), ...args].map((word) => `'${word}'`).join(' ');
    return inShell ? `(exec -a ${words})` : `exec -a ${words}`;
  }

  /** Runs the program to its end; up to three times, while the machine is too busy for its deadline of tmux. */
  async run(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
    for (let times = 1; ; times += 1) {
      const ran = await this.runOnce(words, options);
      if (times === 3 || !this.isLate(ran)) return ran;
      process.stderr.write(`tmux was later than its deadline for ${words.join(' ')}: run again\n`);
    }
  }

  /** Decides whether tmux answered too late, although the test has stopped no server. */
  isLate({ code, stdout, stderr }: Pick<Ran, 'code' | 'stdout' | 'stderr'>): boolean {
    const isStopped = [...this.servers].some((pid) => stateOf(pid) === 'T');
    return code === 4 && !isStopped && (stdout + stderr).includes('no answer in 2000 ms');
  }

  private runOnce(words: readonly string[], options: RunOptions): Promise<Ran> {
    const began = performance.now();
    const running = this.start(words, options.env);
    const limit = AbortSignal.timeout(options.timeoutMs ?? 90_000);
    limit.addEventListener('abort', () => running.child.kill('SIGKILL'));
    return running.exited.then((code) => ({
      code,
      stdout: running.stdout(),
      stderr: running.stderr(),
      ms: performance.now() - began,
    }));
  }

  /** Runs the program as a user who owns nothing. With root the tests could read every file. */
  runAsNobody(words: readonly string[], env: Record<string, string>): Promise<Ran> {
    if (process.getuid?.() !== 0) return this.run(words, { env });
    const outsider = this.folder('outsider');
    cpSync(dirname(program), outsider, { recursive: true });
    const copy = join(outsider, 'cli.js');
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', this.node, copy, ...words];
    const running = this.startOther('setpriv', nobody, { env });
    return running.exited.then((code) => ({ code, stdout: running.stdout(), stderr: running.stderr(), ms: 0 }));
  }

  /** Runs `reconcile --emit-diff` and reads its document. */
  async reconcile(words: readonly string[] = [], env?: Record<string, string>) {
    const ran = await this.run(['reconcile', '--emit-diff', ...words], env === undefined ? {} : { env });
    if (ran.stdout === '') throw new Error(`no document, exit ${ran.code}: ${ran.stderr}`);
    return { ...ran, document: JSON.parse(ran.stdout) };
  }

  start(words: readonly string[], env: Record<string, string> = {}): Running {
    return this.watch(spawn(this.node, [program, ...words], { cwd: this.home, env: { ...this.env, ...env } }));
  }

  /**
   * Starts a program that ends with the world. `ownGroup`: in a process group of its own, as a shell starts it at a
   * terminal.
   */
  startOther(
    file: string,
    words: readonly string[],
    {
      env = {},
      cwd = this.home,
      ownGroup = false,
    }: { env?: Record<string, string>; cwd?: string; ownGroup?: boolean } = {},
  ): Running {
    return this.watch(spawn(file, [...words], { cwd, env: { ...this.env, ...env }, detached: ownGroup }));
  }

  private watch(child: ChildProcess): Running {
    let stdout = '';
    let stderr = '';
    this.children.add(child);
    child.stdin?.end();
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const exited = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        this.children.delete(child);
        resolve(code);
      });
    });
    exited.catch(() => undefined);
    const end = (signal: NodeJS.Signals): Promise<number | null> => {
      child.kill(signal);
      return exited;
    };
    return { child, pid: child.pid ?? 0, stdout: () => stdout, stderr: () => stderr, exited, end };
  }

  /**
   * Starts a monitor on the local board, and waits until it watches.
   * @returns the monitor and its card
   */
  async monitor(
    words: readonly string[] = [],
    env: Record<string, string> = {},
  ): Promise<Running & { readonly card: string }> {
    const running = this.start(['monitor', '--interval', '1s', ...words], env);
    const card = await until(
      'the monitor to watch',
      () => /^watching \d+ sessions? on card (\S+)$/m.exec(running.stderr())?.[1] ?? null,
    );
    return { ...running, card };
  }

  /** Returns the bodies of a card's comments, oldest first. Tests poll it: it costs little while the card is the same. */
  async comments(card: string): Promise<readonly string[]> {
    const folder = join(this.env['AGENT_SESSIONS_MONITOR_STATE_DIR'] ?? this.state, 'board');
    const files = [join(folder, `${encodeURIComponent(card)}.jsonl`)];
    return this.asked.answer(`comments ${card}`, files, async () => {
      const { comments } = await this.card(card);
      return comments.map(({ body }: { body: string }) => body);
    });
  }

  /** Returns how many events of that kind, and of that card, the registry's log holds. */
  logged(kind: string, card?: string): number {
    if (!existsSync(this.state)) return 0;
    const folders = readdirSync(this.state).map((name) => join(this.state, name, 'log.jsonl'));
    const lines = folders.filter((path) => existsSync(path)).flatMap((path) => readFileSync(path, 'utf8').split('\n'));
    const ofCard = card === undefined ? '' : `"card":"${card}"`;
    return lines.filter((line) => line.includes(`"kind":"${kind}"`) && line.includes(ofCard)).length;
  }

  async card(card: string) {
    const { stdout, stderr, code } = await this.run(['card', '--card', card, '--json']);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /**
   * Removes the registry, its state and the sessions, so that the next test begins anew with the same folder of
   * servers.
   */
  forget(): void {
    this.endServers();
    for (const path of [this.registry, this.state, this.cache]) rmSync(path, { recursive: true, force: true });
  }

  /** Ends everything it started, by pid. Its folder goes when it is known that the test has passed. */
  async close(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    this.endServers();
    // A process that was left to write the last comment would write into a folder that is gone.
    for (const pid of processesOf(`AGENT_SESSIONS_MONITOR_STATE_DIR=${this.state}`)) kill(pid, 'SIGKILL');
    await until('the servers to end', () => [...this.servers].every((pid) => !isAlive(pid)));
    closedWorlds.push(this.root);
  }

  private endServers(): void {
    for (const server of this.servers) {
      // A stopped server must not keep its panes; its own kill sends them SIGHUP.
      const panes = childrenOf(server);
      kill(server, 'SIGKILL');
      for (const pane of panes) kill(pane, 'SIGKILL');
    }
  }
}

/** Polls until an answer is neither `null` nor `false`. @throws after the deadline, with what was waited for. */
export async function until<Answer>(
  what: string,
  ask: () => Answer | null | false | undefined | Promise<Answer | null | false | undefined>,
  timeoutMs = 90_000,
  interval = 50,
): Promise<Answer> {
  return vi.waitFor(
    async () => {
      const answer = await ask();
      if (answer === null || answer === false || answer === undefined) throw new Error(`still waiting for ${what}`);
      return answer;
    },
    { timeout: timeoutMs, interval },
  );
}

/** Repeats a check until it holds. @throws after the deadline, what it said last */
export async function untilSo(check: () => unknown): Promise<void> {
  await vi.waitFor(check, { timeout: 90_000, interval: 50 });
}

/**
 * Returns the sessions that comments call registered. tmux counts in whole seconds: two that are opened one after the
 * other may be of two ages, and then each is registered by its own pass and told in its own comment.
 */
export function registeredIn(bodies: readonly string[]): readonly string[] {
  const lines = bodies.flatMap((body) => body.split('\n'));
  const names = lines.flatMap((line) => /^(.+): tmux found but not in YAML\. Auto-registered\.$/.exec(line)?.[1] ?? []);
  return names.toSorted();
}

/**
 * Returns where PATH finds a program.
 * @throws if it is not installed
 */
export function which(program: string): string {
  const folder = (process.env['PATH'] ?? '').split(':').find((one) => existsSync(join(one, program)));
  if (folder === undefined) throw new Error(`${program} is not installed`);
  return join(folder, program);
}

/** Decides whether a process lives and is no zombie. */
export function isAlive(pid: number): boolean {
  return stateOf(pid) !== null;
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has ended already.
  }
}

export function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Returns the processes whose environment holds that. */
export function processesOf(variable: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(variable);
      } catch {
        return false;
      }
    })
    .map(Number);
}

function isAgent(pid: number): boolean {
  try {
    return /^(claude|agy)$/.test(basename(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? ''));
  } catch {
    return false;
  }
}

function stateOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const state = stat.slice(stat.lastIndexOf(')') + 2)[0] ?? 'X';
    return state === 'Z' || state === 'X' ? null : state;
  } catch {
    return null;
  }
}
