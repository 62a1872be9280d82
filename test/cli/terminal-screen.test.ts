import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import xterm from '@xterm/headless';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { terminalScreen, type ScreenProcess } from '../../src/cli/terminal-screen.ts';
import type { Screen } from '../../src/operations/screen.ts';

const page = (...rows: string[]) => ({ head: ['SESSION'], rows: rows.map((row) => [row]), foot: [] });

/** A terminal with the keyboard and the signals of a process. */
class FakeTerminal extends EventEmitter {
  readonly stdin = Object.assign(new PassThrough(), {
    setRawMode: (isRaw: boolean) => {
      this.isRaw = isRaw;
      if (isRaw && this.isWoken) queueMicrotask(() => this.emit('SIGCONT'));
      return this.stdin;
    },
  });
  readonly stdout = Object.assign(new EventEmitter(), {
    columns: 40,
    rows: 6,
    write: (text: string) => {
      this.written += text;
      this.terminal.write(text);
      return true;
    },
  });
  readonly pid = 4711;
  readonly killed: unknown[] = [];
  readonly terminal = new xterm.Terminal({ cols: 40, rows: 6, allowProposedApi: true });
  isRaw = false;
  /** It was stopped, and the signal that woke it is heard once its own work goes on. */
  isWoken = false;
  written = '';

  kill(...what: unknown[]): true {
    this.killed.push(what);
    return true;
  }

  async lines(): Promise<readonly string[]> {
    return (await this.shown()).lines;
  }

  /** Returns what it shows once it has drawn all that is written by now, and nothing of what is written later. */
  shown(): Promise<{ readonly lines: readonly string[]; readonly isOther: boolean }> {
    return new Promise((resolve) => {
      this.terminal.write('', () => {
        const { active } = this.terminal.buffer;
        const rows = Array.from(
          { length: active.length },
          (_, row) => active.getLine(row)?.translateToString(true) ?? '',
        );
        const lines = rows.slice(-this.stdout.rows).filter((row) => row !== '');
        resolve({ lines, isOther: active.type === 'alternate' });
      });
    });
  }

  resize(columns: number, rows: number): void {
    Object.assign(this.stdout, { columns, rows });
    this.terminal.resize(columns, rows);
    this.stdout.emit('resize');
  }
}

let at: FakeTerminal;
const keys = { look: vi.fn<() => void>(), end: vi.fn<() => void>() };
let stop: AbortController;
let held: string[];
let screen: Screen;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  at = new FakeTerminal();
  at.terminal.write('$ asm status --watch\r\n');
  vi.clearAllMocks();
  stop = new AbortController();
  held = [];
  const output = { color: false, hold: () => held.push('hold'), release: () => held.push('release') };
  // The fake has all that a screen uses.
  screen = terminalScreen(at as unknown as ScreenProcess, output, stop.signal)(keys);
});
afterEach(() => {
  screen.close();
  at.terminal.dispose();
  vi.useRealTimers();
});

function press(text: string): void {
  at.stdin.emit('data', Buffer.from(text));
}

/** Asks nothing later than now: a stopped process soon takes the terminal again. */
async function expectGivenBack(): Promise<void> {
  expect(at.isRaw).toBe(false);
  expect(at.written.endsWith('\u001b[?7h\u001b[?25h\u001b[?1049l')).toBe(true);
  expect(held.at(-1)).toBe('release');
  expect(await at.shown()).toEqual({ lines: ['$ asm status --watch'], isOther: false });
}

/** Waits until the terminal shows that. */
async function expectLines(lines: readonly string[]): Promise<void> {
  await expect.poll(() => at.lines()).toEqual(lines);
}

test('shows a page on the other screen, and writes nothing while it stays the same', async () => {
  await screen.show(() => Promise.resolve(page('shop  working')));
  expect(await at.lines()).toEqual(['SESSION', 'shop  working', 'q: end · r: look now']);
  expect(await at.shown()).toMatchObject({ isOther: true });
  expect(at.isRaw).toBe(true);
  const { written } = at;
  await screen.show(() => Promise.resolve(page('shop  working')));
  expect(at.written).toBe(written);
  await screen.show(() => Promise.resolve(page('shop  idle')));
  expect(at.written.slice(written.length)).toBe('\u001b[2;1Hshop  idle\u001b[K');
  screen.close();
  await expectGivenBack();
});

test('draws again for another size, and as times grow', async () => {
  let minutes = 1;
  await screen.show((width) => Promise.resolve(page(`shop  ${minutes}m of ${width}`, 'blog', 'lab', 'web')));
  expect(await at.lines()).toContain('shop  1m of 39');
  at.resize(30, 4);
  await expectLines(['SESSION', 'shop  1m of 29', 'blog', '2 more: make the window tall…']);
  minutes = 2;
  await vi.advanceTimersByTimeAsync(15_000);
  await expectLines(['SESSION', 'shop  2m of 29', 'blog', '2 more: make the window tall…']);
});

test('hears its keys, and no key that has a name', async () => {
  await screen.show(() => Promise.resolve(page('shop')));
  press('\u001b[A');
  press('\u001bOq');
  press('xyz');
  expect(keys.end).not.toHaveBeenCalled();
  const { written } = at;
  press('r');
  expect(keys.look).toHaveBeenCalledTimes(1);
  // The user may press it because something else has written on the screen.
  await expect.poll(() => at.written.slice(written.length)).toContain('shop');
  press('q');
  expect(keys.end).toHaveBeenCalledTimes(1);
});

test('names no key that does nothing', async () => {
  screen.close();
  const output = { color: false, hold: () => undefined, release: () => undefined };
  screen = terminalScreen(at as unknown as ScreenProcess, output, stop.signal)({ ...keys, look: null });
  await screen.show(() => Promise.resolve(page('lab1')));
  expect((await at.lines()).at(-1)).toBe('q: end');
});

test.each([
  ['Ctrl-C', '\u0003', 'SIGINT'],
  ['Ctrl-Z', '\u001a', 'SIGTSTP'],
  ['Ctrl-\\', '\u001c', 'SIGQUIT'],
])('%s is for all processes of the command, as without a screen', (_, key, signal) => {
  press(key);
  expect(at.killed).toEqual([[0, signal]]);
});

test.each<[string, (terminal: FakeTerminal) => void]>([
  ['the end of the process', (terminal) => void terminal.emit('exit')],
  ['SIGQUIT', (terminal) => void terminal.emit('SIGQUIT')],
  ['the signal of the command', () => stop.abort()],
])('gives the terminal back at %s', async (_, end) => {
  await screen.show(() => Promise.resolve(page('shop')));
  end(at);
  await expectGivenBack();
  const { written } = at;
  await screen.show(() => Promise.resolve(page('blog')));
  at.emit('SIGCONT');
  at.stdout.emit('resize');
  expect(at.written).toBe(written);
});

test('a terminal that is gone ends the command', () => {
  at.stdin.emit('error', new Error('EIO'));
  expect(keys.end).toHaveBeenCalledTimes(1);
});

test('gives the terminal back while it is stopped, and shows the page again afterwards', async () => {
  await screen.show(() => Promise.resolve(page('shop')));
  at.isWoken = true;
  at.emit('SIGTSTP');
  expect(at.killed).toEqual([[4711, 'SIGTSTP']]);
  expect(at.listenerCount('SIGTSTP')).toBe(0);
  await expectGivenBack();
  // Also where nothing could stop it.
  await expectLines(['SESSION', 'shop', 'q: end · r: look now']);
  expect(await at.shown()).toMatchObject({ isOther: true });
  expect(at.listenerCount('SIGTSTP')).toBe(1);
  expect(held).toEqual(['hold', 'release', 'hold']);
});

test('takes the terminal anew where another process stopped it', async () => {
  await screen.show(() => Promise.resolve(page('shop')));
  at.isRaw = false;
  at.emit('SIGCONT');
  expect(at.isRaw).toBe(true);
  await expectLines(['SESSION', 'shop', 'q: end · r: look now']);
});
