import { chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';
import { hermesFolder } from '../../scripts/test-cache.mjs';
import { hermesVersions } from '../../scripts/tested-versions.mjs';
import { kill, PrivateWorld, until } from './private-world.ts';
import { isSoak } from './soak.ts';
import { Unchanged } from './unchanged.ts';

export type HermesVersion = (typeof hermesVersions)[number];

/** The versions on which every test runs, not only the most telling ones. */
export const versionsInFull: readonly HermesVersion[] = isSoak ? hermesVersions : [hermesVersions[0]];

const kanban = fileURLToPath(new URL('hermes/kanban.py', import.meta.url));

/**
 * A private world with a real, unmodified Hermes of that version and a board of its own. All of Hermes takes three times
 * as long to load as its board, so where a test does not want it `whole`, `hermes kanban …` is Hermes' own board without
 * the rest; any other command is all of Hermes. `npm run soak` always takes all of it.
 */
export class HermesWorld extends PrivateWorld {
  readonly hermesHome = this.folder('hermes-home');
  private readonly workers: number[] = [];
  private readonly shown = new Unchanged<string>();
  /** The path of the real hermes that starts everything, with its Python beside it. */
  readonly wholeHermes: string;
  /** The path of one whose `kanban` is Hermes' own board without the rest. */
  readonly quickHermes: string;
  /** The path of the program that the world calls `hermes`. */
  readonly hermes: string;
  private readonly python: string;

  constructor(version: HermesVersion = hermesVersions[0], { whole = isSoak } = {}) {
    super();
    const bin = join(hermesFolder(version), 'bin');
    this.python = join(bin, 'python3');
    this.wholeHermes = join(bin, 'hermes');
    this.quickHermes = this.quick();
    this.hermes = whole ? this.wholeHermes : this.quickHermes;
    const path = [this.bin, dirname(this.hermes), bin, this.env['PATH'] ?? ''].join(':');
    this.env = { ...this.env, PATH: path, HERMES_HOME: this.hermesHome };
    // No downloads at the first start of a worker.
    this.file('hermes-home/config.yaml', 'security:\n  allow_lazy_installs: false\n  tirith_enabled: false\n');
    this.file('hermes-home/.env', '');
    this.kanban('init');
  }

  private quick(): string {
    const board = `[ "$1" = kanban ] && shift && exec '${this.python}' '${kanban}' "$@"`;
    const path = this.file('hermes-bin/hermes', `#!/bin/sh\n${board}\nexec '${this.wholeHermes}' "$@"\n`);
    chmodSync(path, 0o700);
    return path;
  }

  /**
   * Does what `hermes kanban …` does for a person at a shell.
   * @returns what it says on stdout
   */
  kanban(...words: readonly string[]): string {
    const options = { env: this.env, extendEnv: false, cwd: this.home, stripFinalNewline: false, timeout: 150_000 };
    return execaSync(this.python, [kanban, ...words], options).stdout;
  }

  /**
   * Makes a card whose assignee is no profile, so that the dispatcher leaves it alone.
   * @returns its id
   */
  createCard(...words: readonly string[]): string {
    return JSON.parse(this.kanban('create', 'monitor my sessions', '--assignee', 'nobody-there', '--json', ...words))
      .id;
  }

  /**
   * Lets the dispatcher tick once.
   * @returns the pid of the worker that it started for the card; the worker ends with the world
   */
  async dispatched(card: string): Promise<number> {
    this.kanban('dispatch', '--json');
    return this.worker(card);
  }

  /** Waits for the worker that a dispatcher starts for the card. @returns its pid; it ends with the world */
  async worker(card: string): Promise<number> {
    const spawned = () => this.show(card).events.findLast(({ kind }: { kind: string }) => kind === 'spawned');
    const worker: number = await until('the worker', () => spawned()?.payload.pid);
    this.workers.push(worker);
    return worker;
  }

  override async close(): Promise<void> {
    for (const pid of this.workers) kill(pid, 'SIGKILL');
    await super.close();
  }

  /** Returns what Hermes says of a card. Tests poll it: it costs little while the board's database is the same. */
  show(card: string) {
    const files = ['', '-wal', '-journal'].map((ending) => join(this.hermesHome, `kanban.db${ending}`));
    return JSON.parse(this.shown.answer(card, files, () => this.kanban('show', card, '--json')));
  }

  bodies(card: string): readonly string[] {
    return this.show(card).comments.map(({ body }: { body: string }) => body);
  }

  /** Returns the kinds of the card's events, oldest first. */
  kinds(card: string): readonly string[] {
    return this.show(card).events.map(({ kind }: { kind: string }) => kind);
  }
}
