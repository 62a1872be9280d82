import type { Draw, Keys, OpenScreen, Screen } from '../operations/screen.ts';
import { painter } from '../operations/text/paint.ts';
import { InTurn } from '../system/in-turn.ts';
import { screenChanges } from './screen-changes.ts';
import { screenLines } from './screen-lines.ts';
import type { TerminalOutput } from './terminal-output.ts';

/** The other screen, so that what the user had stays; no cursor; a line that is too long goes on nowhere. */
const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const leave = '\u001b[?7h\u001b[?25h\u001b[?1049l';
/** How often a page is drawn anew for the times that it shows; ms. */
const timesEveryMs = 15_000;
/** A process that nothing can bring back is not stopped by Ctrl-Z: so long it may take to stop; ms. */
const stopMs = 50;

type ScreenOutput = Pick<TerminalOutput, 'color' | 'hold' | 'release'>;
export type ScreenProcess = Pick<NodeJS.Process, 'on' | 'off' | 'kill' | 'pid' | 'stdin' | 'stdout'>;

/**
 * Makes what opens the terminal as a screen.
 * @param signal gives the terminal back at once, however long the pass still takes
 */
export function terminalScreen(process: ScreenProcess, output: ScreenOutput, signal: AbortSignal): OpenScreen {
  return (keys) => new TerminalScreen(process, output, signal, keys);
}

class TerminalScreen implements Screen {
  readonly #process: ScreenProcess;
  readonly #output: ScreenOutput;
  readonly #signal: AbortSignal;
  readonly #keys: Keys;
  readonly #turns = new InTurn();
  readonly #timer: NodeJS.Timeout;
  #draw: Draw | null = null;
  /** What the terminal shows; `null`: not known. */
  #shown: readonly string[] | null = null;
  #isOn = false;
  #isClosed = false;
  #isStopping = false;

  constructor(process: ScreenProcess, output: ScreenOutput, signal: AbortSignal, keys: Keys) {
    this.#process = process;
    this.#output = output;
    this.#signal = signal;
    this.#keys = keys;
    this.#timer = setInterval(() => void this.#redraw(), timesEveryMs).unref();
    const { stdin, stdout } = process;
    signal.addEventListener('abort', this.close);
    process.on('exit', this.close);
    process.on('SIGCONT', this.#goOn);
    process.on('SIGQUIT', this.#quit);
    stdout.on('resize', this.#repaint);
    stdin.on('data', this.#press).on('end', keys.end).on('error', keys.end);
    this.#enter();
    if (signal.aborted) this.close();
  }

  show(draw: Draw): Promise<void> {
    this.#draw = draw;
    return this.#redraw();
  }

  readonly close = (): void => {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { stdin, stdout } = this.#process;
    clearInterval(this.#timer);
    this.#leave();
    this.#signal.removeEventListener('abort', this.close);
    this.#process.off('exit', this.close);
    this.#process.off('SIGCONT', this.#goOn);
    this.#process.off('SIGQUIT', this.#quit);
    stdout.off('resize', this.#repaint);
    // The listener for errors stays: a terminal that is gone says so late.
    stdin.off('data', this.#press).off('end', this.#keys.end).pause();
  };

  /** Draws in turn: a page that was drawn sooner must not end up above a later one. */
  #redraw(): Promise<void> {
    return this.#turns.run(async () => {
      const { stdout } = this.#process;
      if (this.#draw === null || !this.#isOn) return;
      // One cell stays free: see `screenChanges`.
      const size = { width: Math.max(1, stdout.columns - 1), height: Math.max(1, stdout.rows) };
      const keys = this.#keys.look === null ? 'q: end' : 'q: end · r: look now';
      const how = { keys, paint: painter(this.#output.color) };
      const lines = await screenLines(await this.#draw(size.width), size, how);
      // Meanwhile the terminal may have been given back.
      if (!this.#isOn) return;
      const text = screenChanges(this.#shown, lines);
      this.#shown = lines;
      if (text !== '') stdout.write(text);
    });
  }

  readonly #repaint = (): void => {
    this.#shown = null;
    void this.#redraw();
  };

  /** Takes keys. The terminal no longer makes signals of them, and keys with a name come as several letters after Esc. */
  readonly #press = (keys: Buffer): void => {
    const text = keys.toString('latin1');
    if (text.startsWith('\u001b')) return;
    for (const key of text) {
      if (key === 'q' || key === 'Q') this.#keys.end();
      if (key === 'r' || key === 'R') {
        this.#repaint();
        this.#keys.look?.();
      }
      const signal = signalOf(key);
      // As the terminal itself would: to all processes of the command.
      if (signal !== null) this.#process.kill(0, signal);
    }
  };

  /** Gives the terminal back, and lets the signal do what it does by itself. */
  readonly #quit = (): void => {
    this.close();
    this.#process.kill(this.#process.pid, 'SIGQUIT');
  };

  /** Gives the terminal back while the process is stopped, and takes it again. */
  readonly #stop = (): void => {
    this.#isStopping = true;
    this.#leave();
    this.#process.kill(this.#process.pid, 'SIGTSTP');
    // The time goes on for a stopped process too. One that has no shell to bring it back is never stopped.
    setTimeout(() => {
      this.#takeAgain();
      // The signal by which it was woken is heard before this.
      setImmediate(() => (this.#isStopping = false));
    }, stopMs);
  };

  /** Another process stopped this one, and its shell may have changed the terminal. */
  readonly #goOn = (): void => {
    if (this.#isStopping) return;
    this.#leave();
    this.#takeAgain();
  };

  #takeAgain(): void {
    if (this.#isClosed) return;
    this.#enter();
    void this.#redraw();
  }

  #enter(): void {
    const { stdin, stdout } = this.#process;
    this.#isOn = true;
    this.#shown = null;
    this.#output.hold();
    this.#process.on('SIGTSTP', this.#stop);
    stdin.setRawMode(true).resume();
    stdout.write(enter);
  }

  #leave(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#process.off('SIGTSTP', this.#stop);
    this.#process.stdout.write(leave);
    this.#process.stdin.setRawMode(false);
    this.#output.release();
  }
}

/** Returns the signal that a terminal makes of a key: Ctrl-C, Ctrl-Z, Ctrl-\. */
function signalOf(key: string): NodeJS.Signals | null {
  switch (key) {
    case '\u0003':
      return 'SIGINT';
    case '\u001a':
      return 'SIGTSTP';
    case '\u001c':
      return 'SIGQUIT';
    default:
      return null;
  }
}
