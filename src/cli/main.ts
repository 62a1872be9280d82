import { basename } from 'node:path';
import { isatty } from 'node:tty';
import { signalJudge } from './signals.ts';
import { runCli } from './run-cli.ts';
import { terminalScreen } from './terminal-screen.ts';
import { thisProcess } from './this-process.ts';

const stop = new AbortController();
let signalled: NodeJS.Signals | null = null;

/**
 * Runs the command line of this process.
 * @param hasAsked the monitor was asked, and does not answer
 */
export function main(hasAsked: boolean): void {
  const judge = signalJudge(() => performance.now());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // For the whole life of the process: libraries that hold locks end a process that has no listeners but theirs.
    process.on(signal, () => {
      if (signal === 'SIGHUP' && isUnderNohup()) return;
      const asked = judge();
      if (asked === 'end') endBy(signal);
      if (asked !== 'stop') return;
      signalled = signal;
      stop.abort();
    });
  }
  const terminals = [0, 1, 2].filter(isatty);
  const isTerminal = terminals.includes(0) && terminals.includes(1);
  /** The terminal moves its cursor and has a second screen, as all but the dumb ones. */
  const knowsMoves = !['', 'dumb'].includes(process.env['TERM'] ?? '');
  void runCli(process.argv.slice(2), {
    ...thisProcess(),
    signal: stop.signal,
    hasAsked,
    isTerminal,
    screen: isTerminal && knowsMoves ? (output) => terminalScreen(process, output, stop.signal) : null,
    loadSettings: async (sources) => (await import('../wire.ts')).loadSettings(sources),
    openContext: async (options) => (await import('../wire.ts')).makeContext(options),
  }).then((result) => {
    // The signal itself ends the process: an exit code would say something about the registry.
    if (result === 'interrupted') endBy(signalled ?? 'SIGTERM');
    // Node's own exit aborts, with a core dump, if it cannot restore a terminal: measured on 20.20.2.
    else if (terminals.some((each) => !isatty(each))) endBy('SIGHUP');
    // Watchers of files or a hung child must not keep an answered command alive.
    else process.exit(result);
  });
}

/** Decides whether `nohup` started this process: Node takes back what it set. Shells name in `_` what they started. */
function isUnderNohup(): boolean {
  return basename(process.env['_'] ?? '') === 'nohup';
}

/**
 * Ends the process as the signal would have without a handler: at the second Ctrl-C, and for a command without an
 * answer yet.
 */
function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
