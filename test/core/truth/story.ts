import type { Entry } from '../../../src/core/model/entry.ts';
import { anEntry, defaultSocket, idsOf } from '../world.ts';
import { prompt, startClaude, type Start } from './claude.ts';
import { otherRoot, scratchSocket, usualRoot } from './look.ts';
import { Truth, versions, type Pane, type Proc, type Server, type Version } from './truth.ts';

export interface Beginning {
  readonly isAgy: boolean;
  readonly version: number;
  readonly folder: number;
  readonly isOtherRoot: boolean;
  readonly isScratch: boolean;
  /** Another agent of such a version was there just before, and left a conversation. */
  readonly isVisited: boolean;
  readonly start: Start;
  readonly asks: boolean;
  /** `none`: the session is not registered; `null`: without its id; `true`: with it; `capitals`: so written. */
  readonly entry: 'none' | 'null' | 'true' | 'capitals' | 'ignored';
  readonly namesPane: boolean;
}

export const folders = ['/home/me/lab', '/home/me/shop'];

/** A machine and its registry, as the first pass finds them; `deeds.ts` holds what happens then. */
export class Story {
  readonly truth: Truth;
  readonly keepsRecords: ReadonlySet<string>;
  entries: readonly Entry[];
  names = 0;
  #panes = 0;

  constructor(now: number, keepsElsewhere: boolean, hasHooks: boolean, beginnings: readonly Beginning[]) {
    this.truth = new Truth(now - 600_000);
    this.truth.hooks = hasHooks ? 'work' : 'none';
    this.keepsRecords = new Set([usualRoot, ...(keepsElsewhere ? [otherRoot] : [])]);
    // Conversations of earlier agents; an entry that has ended records one of them.
    for (const root of [usualRoot, otherRoot]) for (const cwd of folders) this.#former(root, cwd);
    const [former] = this.truth.conversations.keys();
    const over = {
      status: 'terminated',
      terminatedAt: this.truth.now,
      ids: idsOf({ own: former }),
      pane: null,
    } as const;
    this.entries = [anEntry('over-creator-claude', { ...over, createdAt: this.truth.now })];
    for (const one of beginnings) {
      this.truth.now += 2000;
      this.#begin(one);
    }
    this.truth.now += 60_000;
  }

  /** Starts a Claude, in any way. */
  claude(below: Proc | null, place: Parameters<typeof startClaude>[2], which: number): Proc {
    const of = this.formerOf(place, which, null);
    const used = new Set(this.truth.living.map(({ pid }) => pid));
    const reuse = this.truth.processes.find(({ isAlive, pid }) => !isAlive && !used.has(pid));
    const isReused = which % 4 === 0 && reuse !== undefined;
    const how = pick(starts, which) ?? 'fresh';
    return startClaude(this.truth, below, place, { how, of, asks: which % 3 === 0, ...(isReused ? { reuse } : {}) });
  }

  #begin(one: Beginning): void {
    const { truth } = this;
    const version = pick(versions, one.version) ?? only;
    const isOther = one.isOtherRoot && (version.record === 'none' || this.keepsRecords.has(otherRoot));
    const place = { cwd: pick(folders, one.folder) ?? '/', root: isOther ? otherRoot : usualRoot, version };
    const server = this.server(one.isScratch ? scratchSocket : defaultSocket);
    this.names += 1;
    const name = `s${this.names}-creator-${one.isAgy ? 'agy' : 'claude'}`;
    const pane = this.pane(place.cwd, true);
    server.sessions.push({ server, id: `$${this.names}`, created: truth.now, name, panes: [pane] });
    // Not where the visitor's conversation could be taken for that of an agent without a record: nothing shows that the
    // visitor was there.
    if (one.isVisited && truth.agents.every(({ agent }) => agent.record !== null)) {
      this.#former(place.root, place.cwd, version);
      truth.now += 600;
    }
    const of = this.formerOf(place, one.version, null);
    const proc = one.isAgy
      ? this.#agy(pane.root, place.cwd, version)
      : startClaude(truth, pane.root, place, { how: one.start, of, asks: one.asks });
    truth.now += 2000;
    // Without proof of its conversation the agent has said something, so that another program's file is not the only
    // one.
    if (one.entry === 'true' || one.entry === 'capitals' || version.record === 'none') {
      if (one.isAgy) this.promptAgy(proc);
      else prompt(truth, proc);
    }
    if (one.entry !== 'none') this.entries = [...this.entries, this.#entry(one, name, pane, proc)];
  }

  #entry(one: Beginning, name: string, pane: Pane, { agent, cwd }: Proc): Entry {
    const current = one.entry === 'true' || one.entry === 'capitals' ? (agent?.current ?? null) : null;
    const id = one.entry === 'capitals' ? (current?.toUpperCase() ?? null) : current;
    return anEntry(name, {
      agent: one.isAgy ? 'agy' : 'claude',
      cwd,
      createdAt: this.truth.now,
      ignore: one.entry === 'ignored',
      socket: one.isScratch ? 'scratch' : null,
      pane: one.namesPane ? { pid: pane.root.pid, cmd: 'claude', cwd } : null,
      ids: idsOf(one.isAgy ? { agy: id } : { own: id }),
    });
  }

  #agy(below: Proc, cwd: string, version: Version): Proc {
    const of = [...this.truth.conversations.values()].findLast(({ root }) => root === 'agy')?.id ?? null;
    const argv = of === null ? ['agy'] : ['agy', '--conversation', of];
    const at = { ppid: below.pid, argv, exe: '/usr/bin/agy', cwd, tty: below.tty, inForeground: true };
    const proc = this.truth.newProcess(at);
    const state = {
      pending: null,
      copyOf: null,
      record: null,
      report: null,
      parkedJobId: null,
      jobId: null,
      entrypoint: 'agy',
    };
    const ran = new Set(of === null ? [] : [of]);
    proc.agent = { ...state, kind: 'agy', mode: 'interactive', root: 'agy', version, current: of, ran };
    return proc;
  }

  promptAgy({ agent, cwd }: Proc): void {
    if (agent === null) return;
    agent.current ??= this.truth.newId();
    agent.ran.add(agent.current);
    const about = { root: 'agy', cwd, version: null, entrypoint: null, isBackground: false };
    this.truth.write(agent.current, { ...about, beginning: { kind: 'unknown' } });
  }

  pane(cwd: string, inForeground: boolean): Pane {
    this.#panes += 1;
    const at = { ppid: 900, argv: ['-bash'], exe: '/usr/bin/bash', cwd, tty: 30_000 + this.#panes, inForeground };
    return { id: `%${this.#panes}`, root: this.truth.newProcess(at) };
  }

  server(socket: string): Server {
    const known = this.truth.servers.find((one) => one.isAlive && one.socket === socket);
    if (known !== undefined) return known;
    const pid = 900 + this.truth.servers.length;
    const made = { socket, pid, start: `server ${pid}`, startedAt: this.truth.now, isAlive: true, sessions: [] };
    this.truth.servers.push(made);
    return made;
  }

  /** Ends each pane whose root has ended, and each session without panes. */
  sweep(): void {
    for (const server of this.truth.servers) {
      for (const session of server.sessions) session.panes = session.panes.filter(({ root }) => root.isAlive);
      server.sessions = server.sessions.filter(({ panes }) => panes.length > 0);
    }
  }

  #former(root: string, cwd: string, { inLines }: Pick<Version, 'inLines'> = { inLines: '2.1.300' }): void {
    const about = { root, cwd, version: inLines, entrypoint: 'cli', isBackground: false };
    this.truth.write(this.truth.newId(), { ...about, beginning: { kind: 'unknown' } });
  }

  /** Chooses a conversation of that root that can be resumed. */
  formerOf({ root }: { readonly root: string }, which: number, own: Proc | null): string | null {
    const run = new Set(this.truth.agents.filter((one) => one !== own).map(({ agent }) => agent.current));
    const all = [...this.truth.conversations.values()].filter((one) => one.root === root && !one.isBackground);
    const free = all.filter(({ id }) => which % 5 === 0 || !run.has(id));
    return pick(free, which)?.id ?? null;
  }

  /** Chooses where an agent works. */
  place(folder: number, root: number): { readonly cwd: string; readonly root: string } {
    return { cwd: pick(folders, folder) ?? '/', root: root % 4 === 0 ? otherRoot : usualRoot };
  }
}

const starts = ['fresh', 'chosen', 'resume', 'fork', 'chosen fork', 'continue', 'attach', 'agents'] as const;

export const only: Version = { inRecord: null, inLines: null, record: 'none', touchesLeft: false, namesPane: false };

/** Chooses a version that keeps records. */
export function recorded(which: number): Version {
  const all = versions.filter(({ record }) => record !== 'none');
  return pick(all, which) ?? only;
}

export function pick<Item>(items: readonly Item[], which: number): Item | undefined {
  return items.length === 0 ? undefined : items[which % items.length];
}
