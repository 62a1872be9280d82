import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { childrenOf, isAlive, kill, until, type PrivateWorld } from '../private-world.ts';
import type { Actor } from './play.ts';
import type { Random } from '../../random.ts';
import { exited, gone, idle, stateOf, working, type Doing, type Mark, type Played } from './state.ts';

/** Claude's words for what it waits for, and this program's. */
const waits = [
  ['permission prompt', 'permission prompt'],
  ['input needed', 'question'],
  ['approve plan', 'plan approval'],
] as const;

type Step = 'work' | 'idle' | 'wait' | 'shell' | 'clear' | 'end session' | 'kill' | 'start';

/** An agent is left as it is for so long, so that a session has settled and its last change was seen; ms. */
const shortestMs = 8_000;
const longestMs = 40_000;
/** A session that is new to its entry is left alone by the monitor for 5 s: so it lives for longer; ms. */
const newcomerMs = 16_000;

interface PretendOptions {
  readonly world: PrivateWorld;
  readonly random: Random;
  readonly number: number;
  /** `-L` name of its tmux server. */
  readonly socket: string;
}

/** A pretend Claude in a tmux session, with the record and the conversations that Claude keeps. */
export class PretendAgent implements Played, Actor {
  readonly session: string;
  readonly marks: Mark[] = [];
  readonly socket: string;
  readonly #world: PrivateWorld;
  readonly #random: Random;
  readonly #number: number;
  readonly #inShell: boolean;
  /** Its own: a folder that others have too is looked at for them. */
  readonly #cwd: string;
  #conversations = 0;
  #pane = 0;
  #pid = 0;

  constructor({ world, random, number, socket }: PretendOptions) {
    this.session = `w${number}-creator-claude`;
    this.socket = socket;
    this.#world = world;
    this.#random = random;
    this.#number = number;
    this.#inShell = number % 3 === 0;
    this.#cwd = world.folder(`home/work/w${number}`);
    this.#converse('hello');
  }

  get isHere(): boolean {
    return stateOf(this).liveness === 'alive';
  }

  /** Opens its session, at the beginning. */
  open(): Promise<void> {
    return this.#mark(idle, () => this.#start());
  }

  async act(): Promise<number> {
    const { activity, liveness } = stateOf(this);
    const step = this.#random.choice(stepsFrom(liveness === 'gone' ? 'gone' : activity));
    await this.#take(step);
    return this.#random.between(step === 'start' ? newcomerMs : shortestMs, longestMs);
  }

  /** Takes that its tmux server was killed. @param at when that began; ms since 1970 */
  async lost(at: number): Promise<void> {
    await this.#hasEnded();
    this.marks.push({ at, by: Date.now(), state: { ...gone, id: this.#id }, isMass: true });
  }

  get #id(): string {
    return `${10_000_000 + this.#number}-0000-4000-8000-${String(this.#conversations).padStart(12, '0')}`;
  }

  #take(step: Step): Promise<void> {
    switch (step) {
      case 'work':
        return this.#mark(working, () => this.#record('busy'));
      case 'idle':
        return this.#mark(idle, () => this.#record('idle'));
      case 'shell':
        return this.#mark({ ...idle, activity: 'shell' }, () => this.#record('shell'));
      case 'wait': {
        const [theirs, ours] = this.#random.choice(waits.map((one) => [1, one] as const));
        const state: Doing = { liveness: 'alive', activity: 'waiting', waitingFor: ours };
        return this.#mark(state, () => this.#record('waiting', theirs));
      }
      case 'clear':
        return this.#mark(idle, () => {
          this.#converse('<command-name>/clear</command-name>');
          this.#record('idle');
        });
      case 'end session':
        return this.#mark(gone, () => this.#endSession());
      case 'kill':
        return this.#mark(this.#inShell ? exited : gone, () => this.#killAgent());
      case 'start':
        return this.#mark(idle, () => this.#start());
    }
  }

  async #mark(state: Doing, make: () => void | Promise<void>): Promise<void> {
    const at = Date.now();
    await make();
    this.marks.push({ at, by: Date.now(), state: { ...state, id: this.#id } });
  }

  async #start(): Promise<void> {
    const options = { args: ['--resume', this.#id], inShell: this.#inShell, socket: this.socket, cwd: this.#cwd };
    if (this.#inShell && isAlive(this.#pane)) {
      this.#pid = await this.#world.startAgentInShell(this.session, this.#pane, options);
    } else {
      this.#pane = await this.#world.openSession(this.session, options);
      this.#pid = this.#inShell ? (childrenOf(this.#pane).at(-1) ?? 0) : this.#pane;
    }
    this.#record('idle');
  }

  async #endSession(): Promise<void> {
    this.#world.tmux(['kill-session', '-t', `=${this.session}`], this.socket);
    await this.#hasEnded();
  }

  /** A Claude that is hung up takes its record away. */
  async #hasEnded(): Promise<void> {
    const [pane, pid] = [this.#pane, this.#pid];
    await until(`the end of ${this.session}`, () => !isAlive(pane) && !isAlive(pid));
    rmSync(join(this.#world.root, this.#recordName()), { force: true });
  }

  /** As the kernel does when memory is short: the record stays. */
  async #killAgent(): Promise<void> {
    const pid = this.#pid;
    kill(pid, 'SIGKILL');
    await until(`the end of the agent of ${this.session}`, () => !isAlive(pid));
  }

  /** Begins a conversation: its file. */
  #converse(content: string): void {
    this.#conversations += 1;
    const line = { type: 'user', cwd: this.#cwd, sessionId: this.#id, version: '2.1.332', entrypoint: 'cli' };
    const text = JSON.stringify({ ...line, timestamp: new Date().toISOString(), message: { role: 'user', content } });
    const folder = this.#cwd.replaceAll(/[^A-Za-z0-9]/g, '-');
    this.#world.file(`home/.claude/projects/${folder}/${this.#id}.jsonl`, `${text}\n`);
  }

  #record(status: string, waitingFor?: string): void {
    const stat = readFileSync(`/proc/${this.#pid}/stat`, 'latin1');
    const procStart = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const now = Date.now();
    const own = { pid: this.#pid, sessionId: this.#id, cwd: this.#cwd, startedAt: now, procStart };
    const kind = { kind: 'interactive', entrypoint: 'cli', version: '2.1.332' };
    const record = { ...own, ...kind, status, ...(waitingFor === undefined ? {} : { waitingFor }) };
    this.#world.file(this.#recordName(), JSON.stringify({ ...record, updatedAt: now, statusUpdatedAt: now }));
  }

  #recordName(): string {
    return `home/.claude/sessions/${this.#pid}.json`;
  }
}

function stepsFrom(what: Doing['activity'] | 'gone'): readonly (readonly [number, Step])[] {
  const deaths = [
    [3, 'end session'],
    [3, 'kill'],
  ] as const;
  switch (what) {
    case 'gone':
      return [[1, 'start']];
    case 'exited':
      return [
        [5, 'start'],
        [1, 'end session'],
      ];
    case 'idle':
      return [[80, 'work'], [10, 'clear'], ...deaths];
    case 'waiting':
      return [[60, 'work'], [20, 'idle'], ...deaths];
    case 'shell':
      return [[50, 'work'], [30, 'idle'], ...deaths];
    case 'working':
      return [[40, 'idle'], [35, 'wait'], [8, 'shell'], ...deaths];
    case null:
      throw new Error('it does nothing');
  }
}
