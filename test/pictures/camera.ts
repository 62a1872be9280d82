import { setTimeout as pause } from 'node:timers/promises';
import type { PrivateWorld } from '../e2e/private-world.ts';
import { screenOf, type Screen, type Size } from './screen.ts';
import type { Frame } from './svg.ts';

const socket = 'camera';

/** A terminal whose screen is taken: a pane of a tmux server of its own, with a shell and an empty prompt. */
export class Camera {
  readonly #world: PrivateWorld;
  readonly #size: Size;

  constructor(world: PrivateWorld, size: Size) {
    this.#world = world;
    this.#size = size;
    const { columns, rows } = size;
    const shell = ['env', 'PS1=$ ', 'TERM=screen-256color', 'sh', '-i'];
    world.openPane(['-s', 'camera', '-x', String(columns), '-y', String(rows), ...shell], socket);
  }

  type(line: string): void {
    this.#world.tmux(['send-keys', '-t', '=camera:', '-l', line], socket);
    this.press('Enter');
  }

  press(key: string): void {
    this.#world.tmux(['send-keys', '-t', '=camera:', key], socket);
  }

  text(): string {
    return this.#world.tmux(['capture-pane', '-p', '-t', '=camera:'], socket);
  }

  /** Takes the screen as it is now; the world's home is shown as `/home/me`. */
  take(): Promise<Screen> {
    const text = this.#world.tmux(['capture-pane', '-e', '-p', '-t', '=camera:'], socket);
    return screenOf(withoutMachine(text, this.#world), this.#size);
  }

  /** Films the screen until it is over. A while in which nothing changes is shortened to `longestMs`. */
  async film(isOver: () => boolean, longestMs: number): Promise<readonly Frame[]> {
    const frames: { ms: number; screen: Screen }[] = [];
    for (let over = false; !over;) {
      over = isOver();
      const began = performance.now();
      const screen = await this.take();
      await pause(100);
      const ms = performance.now() - began;
      const last = frames.at(-1);
      if (last !== undefined && JSON.stringify(last.screen) === JSON.stringify(screen)) last.ms += ms;
      else frames.push({ ms, screen });
    }
    return frames.map(({ ms, screen }) => ({ ms: Math.round(Math.min(ms, longestMs)), screen }));
  }
}

/** Returns a text in which no path of this machine stands: not of this world, nor of a demo that runs in it. */
function withoutMachine(text: string, { home }: Pick<PrivateWorld, 'home'>): string {
  return text.replaceAll(home, '/home/me').replaceAll(/\S*\/asm-demo-\w+\/home/g, '/home/me');
}
