import { clear, prompt, resume, startClaude } from '../core/truth/claude.ts';
import { usualRoot } from '../core/truth/look.ts';
import { Truth, versions, type Proc, type Server, type Session } from '../core/truth/truth.ts';
import { defaultSocket } from '../core/world.ts';
import type { Random } from '../random.ts';

/** One session as it really is. Times are ms of the clock that is never set. */
export interface Member {
  readonly name: string;
  /** `null`: it is dead. */
  session: Session | null;
  /** The agent in its pane; `null`: its shell has the terminal. */
  agent: Proc | null;
  /** The conversation that the agent runs, or ran last. */
  id: string | null;
  /** All conversations of this session, which it may resume. */
  ids: string[];
  /** When the last of this changed. */
  changedAt: number;
  /** Its user deleted the entry of this living session: it is not to come back. */
  isUnwanted: boolean;
  /**
   * Its user took a repair of its entry back, of this session or of the death of the last one: that is not made again
   * before the monitor has seen another session. One that began and died out of its sight changes nothing.
   */
  held: Session | 'dead' | null;
  /** The highest wall time at which the registry may have said that it ended: no later life may seem older. */
  usedUntil: number;
}

/** The sessions of one host as they really are. It knows nothing of the monitor. */
export class Fleet {
  readonly truth: Truth;
  readonly members = new Map<string, Member>();
  boots = 1;
  bootedAt: number;
  readonly #elapsed: () => number;
  readonly #random: Random;
  #panes = 0;
  #names = 0;

  constructor(wall: number, elapsed: () => number, random: Random) {
    this.truth = new Truth(wall);
    this.#elapsed = elapsed;
    this.#random = random;
    this.bootedAt = wall - 3_600_000;
  }

  get living(): readonly (Member & { readonly session: Session })[] {
    return [...this.members.values()].filter(isLiving);
  }

  get working(): readonly (Member & { readonly session: Session; readonly agent: Proc })[] {
    return this.living.filter(isWorking);
  }

  /** Begins a session, under a new name or that of a dead one. */
  begin(): Member {
    const { truth } = this;
    const free = [...this.members.values()].filter((one) => one.session === null && one.usedUntil < truth.now - 60_000);
    const again = this.#random.next() < 0.7 ? this.#random.oneOf(free) : undefined;
    const name = again?.name ?? `job-${(this.#names += 1)}-creator-claude`;
    const server = this.#server();
    const pane = this.#pane(`/home/me/${name}`);
    this.#panes += 1;
    const session = { server, id: `$${this.#panes}`, created: secondOf(truth.now), name, panes: [pane] };
    server.sessions.push(session);
    const member: Member = {
      name,
      session,
      agent: null,
      id: null,
      ids: again?.ids ?? [],
      changedAt: this.#elapsed(),
      isUnwanted: false,
      held: again?.held ?? null,
      usedUntil: 0,
    };
    this.members.set(name, member);
    this.startAgent(member, null);
    return member;
  }

  /** Starts an agent in a pane that its shell has. @param of the conversation with which it goes on */
  startAgent(member: Member, of: string | null): void {
    const root = member.session?.panes[0]?.root;
    if (root === undefined) return;
    const [version] = versions;
    if (version === undefined) return;
    const how = of === null ? 'fresh' : 'resume';
    root.inForeground = false;
    const reuse = this.#reusable();
    const place = { cwd: root.cwd, root: usualRoot, version };
    const start = { how, of, asks: false, ...(reuse === undefined ? {} : { reuse }) } as const;
    const agent = startClaude(this.truth, root, place, start);
    prompt(this.truth, agent);
    this.#runs(member, agent);
  }

  clear(member: Member & { readonly agent: Proc }): void {
    clear(this.truth, member.agent);
    this.#runs(member, member.agent);
  }

  /** Goes back to a former conversation of the same session. */
  resume(member: Member & { readonly agent: Proc }): void {
    const former = this.#random.oneOf(member.ids.filter((id) => id !== member.id));
    if (former === undefined) return;
    resume(this.truth, member.agent, former);
    this.#runs(member, member.agent);
  }

  /** The agent ends; its shell goes on. */
  exitAgent(member: Member & { readonly agent: Proc }): void {
    this.truth.end(member.agent, this.#random.next() < 0.5 ? 'exit' : 'kill');
    const root = member.session?.panes[0]?.root;
    if (root !== undefined) root.inForeground = true;
    Object.assign(member, { agent: null, changedAt: this.#elapsed() });
  }

  end(member: Member & { readonly session: Session }): void {
    this.truth.endSession(member.session, this.#random.next() < 0.5 ? 'exit' : 'kill');
    this.#died(member);
  }

  rename(member: Member & { readonly session: Session }): string {
    const name = `job-${(this.#names += 1)}-creator-claude`;
    this.members.delete(member.name);
    member.session.name = name;
    this.members.set(name, { ...member, name, changedAt: this.#elapsed() });
    return name;
  }

  endServer(): void {
    for (const member of this.living) this.end(member);
    for (const server of this.truth.servers) server.isAlive = false;
    this.truth.servers = [];
  }

  /** Every process ends, and pids begin anew. */
  reboot(): void {
    this.endServer();
    for (const proc of this.truth.living) this.truth.end(proc, 'kill');
    this.boots += 1;
    this.bootedAt = this.truth.now;
  }

  /** Forgets what no observation can show any more. */
  tidy(): void {
    const { truth } = this;
    const dead = truth.processes.filter(({ isAlive }) => !isAlive);
    if (dead.length > 400) truth.processes = [...dead.slice(-100), ...truth.living];
    truth.left = truth.left.slice(-100);
  }

  #runs(member: Member, agent: Proc): void {
    const id = agent.agent?.current ?? null;
    if (id !== null && !member.ids.includes(id)) member.ids.push(id);
    Object.assign(member, { agent, id, changedAt: this.#elapsed() });
  }

  #died(member: Member): void {
    Object.assign(member, { session: null, agent: null, isUnwanted: false, changedAt: this.#elapsed() });
    member.usedUntil = Infinity;
  }

  #reusable(): Proc | undefined {
    if (this.#random.next() > 0.25) return undefined;
    const used = new Set(this.truth.living.map(({ pid }) => pid));
    return this.#random.oneOf(this.truth.processes.filter(({ isAlive, pid }) => !isAlive && !used.has(pid)));
  }

  #pane(cwd: string) {
    this.#panes += 1;
    const tty = 30_000 + this.#panes;
    const at = { ppid: 900, argv: ['-bash'], exe: '/usr/bin/bash', cwd, tty, inForeground: true };
    return { id: `%${this.#panes}`, root: this.truth.newProcess(at, this.#reusable()) };
  }

  #server(): Server {
    const known = this.truth.servers.find(({ isAlive }) => isAlive);
    if (known !== undefined) return known;
    const { now } = this.truth;
    this.#panes += 1;
    const start = `server ${this.#panes}`;
    const made: Server = { socket: defaultSocket, pid: 900, start, startedAt: now, isAlive: true, sessions: [] };
    this.truth.servers.push(made);
    return made;
  }
}

/** Decides whether the user took back what would be written now. */
export function isHeld({ session, held }: Member): boolean {
  return held !== null && held === (session ?? 'dead');
}

function secondOf(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}

function isLiving(member: Member): member is Member & { readonly session: Session } {
  return member.session !== null;
}

function isWorking(
  member: Member & { readonly session: Session },
): member is Member & { readonly session: Session; readonly agent: Proc } {
  return member.agent !== null;
}
