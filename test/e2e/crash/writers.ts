import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Random } from '../../random.ts';
import { until, type PrivateWorld } from '../private-world.ts';
import { moment } from './killer.ts';

const script = fileURLToPath(new URL('./writers.sh', import.meta.url));
const ways = ['rename', 'in-place', 'sed', 'append'] as const;
const styles = ways.flatMap((way) => [way, `locked-${way}`] as const);

/** A bash that edits the registry beside the program: each edit is one comment line, a mark. */
export class Writers {
  readonly #bash: ChildProcessWithoutNullStreams;
  readonly #random: Random;
  readonly #marks: string[] = [];
  #done = 0;

  constructor(world: PrivateWorld, gate: string, random: Random) {
    this.#random = random;
    this.#bash = spawn('bash', [script, world.registry, gate]);
    this.#bash.stdout.setEncoding('utf8').on('data', (text: string) => (this.#done += text.split('\n').length - 1));
    this.#bash.stderr.setEncoding('utf8').on('data', (text: string) => process.stderr.write(text));
  }

  /** Makes a few edits, each by another way, at random moments of the next ms. */
  async write(withinMs: number): Promise<void> {
    for (let left = Math.floor(this.#random.between(1, 4)); left > 0; left -= 1) {
      await moment(this.#random.next() * withinMs);
      const style = styles[Math.floor(this.#random.next() * styles.length)];
      const mark = `mark-${this.#marks.length}-${style}`;
      this.#marks.push(mark);
      this.#bash.stdin.write(`${style} ${mark}\n`);
      await until(`the edit ${mark}`, () => this.#done === this.#marks.length, 120_000, 3);
    }
  }

  /** Returns the text without the marks, and how they differ from what was written: lost or doubled. */
  without(text: string): { readonly text: string; readonly faults: readonly string[] } {
    const found = [...text.matchAll(/^# (mark-.*)\n/gm)].map(([, mark = '']) => mark);
    const faults = this.#marks.flatMap((mark) => {
      const count = found.filter((one) => one === mark).length;
      return count === 1 ? [] : [`${mark}: ${count} times`];
    });
    return { text: text.replaceAll(/^# mark-.*\n/gm, ''), faults };
  }

  end(): void {
    this.#bash.stdin.end();
    this.#bash.kill();
  }
}
