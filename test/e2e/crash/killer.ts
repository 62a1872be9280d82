import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Random } from '../../random.ts';
import { program, until, type PrivateWorld, type Ran, type Running } from '../private-world.ts';

const shim = fileURLToPath(new URL('./die-at.cjs', import.meta.url));

/** Where a run is killed: at one of its calls that change the world, or so long after its first line of code. */
type Point =
  | { readonly kind: 'call'; readonly at: number; readonly how: 'before' | 'half' | 'after' }
  | { readonly kind: 'time'; readonly ms: number };

/** What a whole run does: how many such calls it makes, and how long it takes; ms. */
export interface Length {
  readonly calls: number;
  readonly ms: number;
}

export interface Struck {
  readonly running: Running;
  readonly point: string;
  /** Resolves with its exit code; `null`: the kill struck. */
  readonly ended: Promise<number | null>;
}

export interface Started {
  /** A file that it gets as its input. */
  readonly input?: string;
  /** A run that does not come to its point is killed after that time. Absent: it is left to end. ms */
  readonly atMostMs?: number;
}

/** Starts the program so that SIGKILL strikes it at a random instruction of its whole run. */
export class Killer {
  /** How many of its runs were killed. */
  kills = 0;
  readonly gate: string;
  readonly #world: PrivateWorld;
  readonly #random: Random;

  constructor(world: PrivateWorld, random: Random) {
    this.#world = world;
    this.#random = random;
    this.gate = join(world.root, 'gate');
  }

  /** Runs the program to its end. */
  async run(words: readonly string[], started: Started = {}): Promise<Ran> {
    for (;;) {
      const running = this.#start(words, {}, started);
      const code = await running.exited;
      const ran = { code, stdout: running.stdout(), stderr: running.stderr(), ms: 0 };
      // Another writer came into the moment that no program can guard, or tmux was too slow.
      if (code !== null && !this.#world.isLate(ran)) return ran;
    }
  }

  /** Runs it to its end, and measures it. `end` ends a run that does not end by itself. */
  async measure(
    words: readonly string[],
    started: Started & { readonly end?: (running: Running) => Promise<unknown> } = {},
  ): Promise<Length> {
    const counted = join(this.#world.root, 'count');
    const running = this.#start(words, { CRASH_COUNT: counted }, started);
    await started.end?.(running);
    expect({ code: await running.exited, stderr: running.stderr() }).toMatchObject({ code: 0 });
    return JSON.parse(readFileSync(counted, 'utf8'));
  }

  /** Starts it, and lets the kill strike somewhere within that length. */
  strike(words: readonly string[], length: Length, started: Started = {}): Struck {
    const point = this.#pointIn(length);
    const where = point.kind === 'call' ? { CRASH_AT: String(point.at), CRASH_HOW: point.how } : { CRASH_TELLS: '1' };
    const running = this.#start(words, where, started);
    return { running, point: JSON.stringify(point), ended: this.#end(running, point, started) };
  }

  #pointIn({ calls, ms }: Length): Point {
    const random = this.#random;
    if (random.next() < 0.3) return { kind: 'time', ms: random.between(0, ms) };
    const how = random.choice([
      [4, 'before'],
      [2, 'half'],
      [1, 'after'],
    ] as const);
    return { kind: 'call', at: 1 + Math.floor(random.next() * calls), how };
  }

  async #end(running: Running, point: Point, { atMostMs }: Started): Promise<number | null> {
    const isOver = (): boolean => running.child.exitCode !== null || running.child.signalCode !== null;
    if (point.kind === 'time') {
      await until('it to begin', () => isOver() || running.stderr().startsWith('begun\n'), 60_000, 2);
      await moment(point.ms);
      running.child.kill('SIGKILL');
    } else if (atMostMs !== undefined) {
      const limit = setTimeout(() => running.child.kill('SIGKILL'), atMostMs);
      running.exited.finally(() => clearTimeout(limit)).catch(() => undefined);
    }
    const code = await running.exited;
    if (code === null) this.kills += 1;
    return code;
  }

  #start(words: readonly string[], where: Record<string, string>, { input }: Started): Running {
    const { root, registry } = this.#world;
    const env = {
      NODE_OPTIONS: `--require=${shim}`,
      CRASH_ROOT: root,
      CRASH_REGISTRY: registry,
      CRASH_GATE: this.gate,
    };
    if (input === undefined) return this.#world.start(words, { ...env, ...where });
    const command = ['-c', 'exec "$@" <"$0"', input, process.execPath, program, ...words];
    return this.#world.startOther('sh', command, { env: { ...env, ...where } });
  }
}

/** Waits until a person's kill happens to strike, whatever goes on meanwhile. */
export function moment(ms: number): Promise<unknown> {
  const end = performance.now() + ms;
  return until('the moment', () => performance.now() >= end, ms + 60_000, 3);
}
