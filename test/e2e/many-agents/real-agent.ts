import type { ClaudePane } from '../claude-lab/claude-pane.ts';
import type { ClaudeWorld } from '../claude-lab/claude-world.ts';
import { isAlive, until } from '../private-world.ts';
import type { Actor } from './play.ts';
import type { Random } from '../../random.ts';
import { exited, gone, idle, stateOf, working, type Doing, type Mark, type Played } from './state.ts';

const waiting: Doing = { liveness: 'alive', activity: 'waiting', waitingFor: 'permission prompt' };

interface RealOptions {
  readonly world: ClaudeWorld;
  readonly random: Random;
  readonly number: number;
  /** Returns the line that `asm status` shows to go on with its conversation. */
  readonly resumeOf: (session: string) => Promise<string>;
}

/** A real Claude Code that gets prompts, thinks for a while, asks for permissions, ends and is resumed. */
export class RealAgent implements Played, Actor {
  readonly session: string;
  readonly marks: Mark[] = [];
  readonly #options: RealOptions;
  #pane: ClaudePane;
  #prompts = 0;
  #id: string | null = null;

  constructor(options: RealOptions) {
    this.session = `real${options.number}-creator-claude`;
    this.#options = options;
    this.#pane = options.world.openShell(this.session);
  }

  open(): Promise<void> {
    return this.#mark(idle, async () => {
      await this.#pane.start();
      this.#id = await this.#pane.prompt(`hello ${this.session}`);
    });
  }

  async act(): Promise<number> {
    const { liveness, activity } = stateOf(this);
    if (liveness === 'gone' || activity === 'exited') await this.#resume();
    else if (activity === 'idle') await this.#prompt();
    else await this.rest();
    return this.#options.random.between(16_000, 40_000);
  }

  /** Lets it become idle, if it works or waits. */
  async rest(): Promise<void> {
    const { activity } = stateOf(this);
    if (activity !== 'working' && activity !== 'waiting') return;
    await this.#mark(idle, async () => {
      if (activity === 'working') this.#options.world.model.release(this.#name());
      else await this.#pane.accept(/Do you want to proceed/);
      await this.#pane.idle();
    });
  }

  #resume(): Promise<void> {
    return this.#mark(idle, async () => {
      const line = await this.#options.resumeOf(this.session);
      if (stateOf(this).liveness === 'gone') this.#pane = this.#options.world.openShell(this.session);
      await this.#pane.start(line);
    });
  }

  #prompt(): Promise<void> {
    this.#prompts += 1;
    const name = this.#name();
    const pane = this.#pane;
    return this.#options.random.choice<() => Promise<void>>([
      [2, () => this.#mark(idle, async () => void (await pane.prompt(`hello ${name}`)))],
      [
        6,
        () =>
          this.#mark(working, async () => {
            await pane.type(`[until ${name}] think`);
            await pane.is('busy');
          }),
      ],
      [
        6,
        () =>
          this.#mark(waiting, async () => {
            await pane.type(`[bash touch ${name}]`);
            await pane.is('waiting');
          }),
      ],
      [
        2,
        () =>
          this.#mark(idle, async () => {
            this.#id = await pane.clear();
            // A conversation without a prompt cannot be resumed.
            await pane.prompt(`cleared ${name}`);
          }),
      ],
      [1, () => this.#mark(exited, () => pane.exit())],
      [
        1,
        () =>
          this.#mark(gone, async () => {
            const pid = pane.pid() ?? 0;
            await pane.killSession();
            await until(`the end of ${this.session}`, () => !isAlive(pid));
          }),
      ],
    ])();
  }

  #name(): string {
    return `${this.session}-${this.#prompts}`;
  }

  async #mark(state: Doing, make: () => Promise<void>): Promise<void> {
    const at = Date.now();
    await make();
    this.marks.push({ at, by: Date.now(), state: { ...state, id: this.#id } });
  }
}
