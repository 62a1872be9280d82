import { readFileSync, renameSync } from 'node:fs';
import { reportsFolder } from '../../../src/observe/reports/reports.ts';
import type { Random } from '../../random.ts';
import type { PrivateWorld } from '../private-world.ts';
import { moment } from './killer.ts';

interface Member {
  readonly session: string;
  /** The conversation that it reports. */
  readonly id: string;
}

/** Pretend agents that come, report their conversation as a hook does, and go. */
export class Fleet {
  readonly alive: Member[] = [];
  readonly dead: Member[] = [];
  readonly #world: PrivateWorld;
  readonly #random: Random;

  constructor(world: PrivateWorld, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  get all(): readonly Member[] {
    return [...this.alive, ...this.dead];
  }

  open(): void {
    const number = this.all.length;
    const session = `s${number}-creator-opencode`;
    const id = `ses_${String(number).padStart(10, '0')}`;
    const command = ['bash', '-c', 'exec -a opencode sleep 100000'];
    const pid = this.#world.openPane(['-s', session, '-c', this.#world.work, ...command], 'default');
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    this.#world.folder(`state/${reportsFolder}`);
    const text = JSON.stringify({ agent: 'opencode', event: 'session.created', id });
    const draft = this.#world.file(`state/${reportsFolder}/.draft`, `${text}\n`);
    renameSync(draft, draft.replace(/[^/]*$/, `${pid}-${start}.json`));
    this.alive.push({ session, id });
  }

  /** Kills the oldest one, if the registry knows what it runs. */
  killOldest(): void {
    const [oldest] = this.alive;
    if (oldest === undefined || !this.#world.readRegistry().includes(oldest.id)) return;
    this.#world.tmux(['kill-session', '-t', `=${oldest.session}`]);
    this.dead.push(oldest);
    this.alive.shift();
  }

  /** Lets them come and go until it is over. */
  async live(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await moment(this.#random.between(200, 1_000));
      if (this.alive.length < 6) this.open();
      if (this.alive.length > 3) this.killOldest();
    }
  }
}
