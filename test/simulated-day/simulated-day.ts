import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { isoMillis } from '../../src/core/words/time.ts';
import { stdoutReader } from '../../src/tell/stdout.ts';
import { Random } from '../random.ts';
import { acts, type Act } from './acts.ts';
import { Clock } from './clock.ts';
import { firstYear, giveSimulatedTimes } from './file-times.ts';
import { Fleet, isHeld, type Member } from './fleet.ts';
import { card, Host, intervalMs } from './host.ts';
import { Human } from './human.ts';
import { beatsGoOn } from './invariants/heartbeats.ts';
import { humanLinesAreKept } from './invariants/human-lines.ts';
import { neverEnded } from './invariants/never-ended.ts';
import { entriesIn, readsAsAWhole, type WrittenEntry } from './invariants/registry-text.ts';
import { ToldOnce } from './invariants/told-once.ts';
import { differenceOf, registryIsTrue } from './invariants/within-an-interval.ts';
import { MonitorLife } from './monitor-life.ts';
import { Outages } from './outages.ts';
import { Sight } from './sight.ts';

/** What is decided only once it has stood for a while: a text and a session for 5 s, a shell and a mass of deaths for 1 s; ms. */
const settlesMs = 9_000;
/** News of a death is held back for 5 s, a notifier and a broker wait longer still (`phone.ts` knows of refusals); ms. */
const toldAfterMs = 180_000;

/** A host, its sessions, its user and its monitor, for any length of time. */
export class SimulatedDay {
  readonly dir = mkdtempSync(join(tmpdir(), 'asm-day-'));
  readonly clock = new Clock(firstYear + 200 * 86_400_000);
  readonly random: Random;
  readonly fleet: Fleet;
  readonly outages: Outages;
  readonly host: Host;
  readonly human: Human;
  readonly monitor: MonitorLife;
  readonly told = new ToldOnce();
  /** How often each act happened. */
  readonly counts = new Map<string, number>();
  /** The last acts, for people. */
  readonly trail: string[] = [];
  steps = 0;
  readonly #sight = new Sight();
  /** Until when an entry is left alone because its user edits it, by name. */
  readonly #edited = new Map<string, number>();
  #text = '';
  #entries: ReadonlyMap<string, WrittenEntry> = new Map();
  #sessions: number;
  #later: { readonly at: number; readonly act: () => void }[] = [];
  #actAt = 0;

  constructor(seed: number, sessions: number) {
    this.random = new Random(seed);
    this.#sessions = sessions;
    const { dir, clock } = this;
    // How long a back-off waits is left to chance, and must be the same for the same seed.
    const chance = new Random(~seed);
    vi.spyOn(Math, 'random').mockImplementation(() => chance.next());
    const elapsed = (): number => clock.elapsed;
    this.fleet = new Fleet(clock.wall(), elapsed, this.random);
    this.outages = new Outages(this.random);
    this.host = new Host({ dir, clock, fleet: this.fleet, outages: this.outages });
    this.human = new Human(this.host.path, clock.wall, this.random);
    this.monitor = new MonitorLife(this.host, clock);
    this.host.beforeWrite = () => this.#editJustBefore();
    mkdirSync(this.host.stateDir, { recursive: true, mode: 0o700 });
    writeFileSync(this.host.path, '# my sessions\nversion: 1\nsessions:\n');
    this.human.save(this.human.read());
    for (let each = 0; each < sessions; each += 1) this.fleet.begin();
    this.monitor.start();
  }

  /** How many sessions there are to be. */
  get wanted(): number {
    return this.#sessions;
  }

  /** Lets the world go on; acts come at random where `acts` says so. */
  async run(ms: number, hasActs: boolean): Promise<void> {
    const until = this.clock.elapsed + ms;
    this.#actAt = hasActs ? this.clock.elapsed + 60_000 : Infinity;
    while (this.clock.elapsed < until) {
      await this.#step(until);
      this.#check();
    }
  }

  /** Lets something happen after a while. */
  readonly later = (ms: number, act: () => void): void => {
    this.#later.push({ at: this.clock.elapsed + ms, act });
  };

  /** @param minutes how far a person or a time server sets it on; less than 0: back */
  setClock(minutes: number): void {
    const by = minutes * 60_000;
    this.clock.set(by);
    this.fleet.truth.setClock(by);
    this.fleet.bootedAt += by;
  }

  kill(): void {
    this.monitor.kill();
    this.outages.excuses += 1;
  }

  startLater(): void {
    this.later(this.random.between(1_000, 90_000), () => this.monitor.start());
  }

  get entries(): ReadonlyMap<string, WrittenEntry> {
    return this.#entries;
  }

  /** Does now what was put off: outages end, the user mends the text, a monitor starts. */
  doAllNow(): void {
    const later = this.#later;
    this.#later = [];
    for (const { act } of later) act();
    this.#takeUsersText();
  }

  /** An edit of the user keeps the monitor off that entry for a while. */
  edited(name: string): void {
    this.#edited.set(name, this.clock.elapsed);
  }

  /** @param keeps the files are kept, to be looked at */
  close(keeps: boolean): void {
    this.monitor.kill();
    this.clock.stop();
    if (!keeps) rmSync(this.dir, { recursive: true });
  }

  async #step(until: number): Promise<void> {
    const { clock } = this;
    this.steps += 1;
    const next = Math.min(this.#actAt, until, ...this.#later.map(({ at }) => at));
    const timer = setTimeout(() => undefined, Math.max(1, Math.ceil(next - clock.elapsed)));
    await clock.step();
    clearTimeout(timer);
    this.fleet.truth.now = clock.wall();
    giveSimulatedTimes(this.dir, clock.wall());
    this.#checkWrite();
    const due = this.#later.filter(({ at }) => at <= clock.elapsed);
    this.#later = this.#later.filter(({ at }) => at > clock.elapsed);
    for (const { act } of due) act();
    if (clock.elapsed >= this.#actAt) {
      this.#actAt = clock.elapsed + this.random.between(500, 20_000);
      await this.#happen();
    }
    if (due.length > 0) this.#takeUsersText();
  }

  async #happen(): Promise<void> {
    const act: Act = this.random.choice(acts);
    if ((await act.happen(this)) !== false) this.#note(act.name);
    this.fleet.tidy();
    if (this.random.next() < 0.5) this.host.hint();
    this.#takeUsersText();
  }

  /** The user saves the text in the very moment before the monitor writes it. */
  #editJustBefore(): void {
    const name = this.random.oneOf([...this.#entries.keys()]);
    if (this.#actAt === Infinity || name === undefined || this.human.hasBroken || this.random.next() > 0.1) return;
    this.edited(name);
    this.human.comment(name);
    this.#note('edit in the midst of a write');
    this.#takeUsersText();
  }

  #note(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    this.trail.push(`${(this.clock.elapsed / 1_000).toFixed(1)} s, ${isoMillis(this.clock.wall())}: ${name}`);
    if (this.trail.length > 40) this.trail.shift();
  }

  /** Takes the text as the user has left it. */
  #takeUsersText(): void {
    const text = readFileSync(this.host.path, 'utf8');
    if (text !== this.#text && !this.human.hasBroken) this.#entries = entriesIn(text);
    this.#text = text;
  }

  /** Compares what the monitor wrote with what was there. */
  #checkWrite(): void {
    const text = readFileSync(this.host.path, 'utf8');
    if (text === this.#text) return;
    expect(this.human.hasBroken, 'the monitor wrote into a text that does not parse').toBe(false);
    const entries = entriesIn(text);
    neverEnded(this.fleet, this.#entries, entries);
    humanLinesAreKept(this.#text, text);
    this.#text = text;
    this.#entries = entries;
  }

  #check(): void {
    const { clock, fleet, monitor } = this;
    expect(monitor.failure?.stack, 'the monitor ended by itself').toBeUndefined();
    this.#sight.note(this);
    for (const member of fleet.members.values()) {
      const entry = this.#entries.get(member.name);
      if (member.session === null && (entry === undefined || entry.status === 'terminated'))
        member.usedUntil = Math.max(member.usedUntil === Infinity ? 0 : member.usedUntil, clock.wall());
      if (member.session !== null && !isHeld(member) && differenceOf(member, entry) === null) member.held = null;
    }
    if (this.#sight.beats !== null) beatsGoOn(this.host.beats, this.#sight.beats, clock.elapsed);
    if (!this.human.hasBroken) registryIsTrue(fleet, this.#entries, (member) => this.isDue(member));
  }

  /** Decides whether the registry must say by now how the session stands. */
  isDue(member: Member): boolean {
    const { name, changedAt } = member;
    if (this.#sight.clear === null || isHeld(member)) return false;
    const since = Math.max(changedAt, this.#sight.clear, this.#edited.get(name) ?? 0);
    return this.clock.elapsed > since + intervalMs + settlesMs;
  }

  /** Compares what the readers were told with the log. */
  async checkReaders(hasAll: boolean): Promise<void> {
    const { host, told, outages } = this;
    if (!this.human.hasBroken) readsAsAWhole(this.#text, this.#entries);
    const log = host.log();
    told.take(await log.read(), new Set(this.#edited.keys()));
    if (outages.disk === 'works') {
      const news = await stdoutReader(log).take();
      told.tellStdout(news.opened);
      await news.commit();
    }
    const shown = await host.local.show(card);
    told.card(shown, hasAll);
    told.stdout(hasAll && outages.disk === 'works');
    told.broker(host.broker.events, outages.excuses, hasAll);
    told.phone(host.phone.told, outages.excuses, hasAll && !host.phone.isSpared);
  }

  /** Every reader has had its time. */
  get isHeard(): boolean {
    return this.#sight.heard !== null && this.clock.elapsed > this.#sight.heard + toldAfterMs;
  }
}
