import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { isatty } from 'node:tty';
import manifest from '../../package.json' with { type: 'json' };
import { runCli } from './run-cli.ts';
import { terminalScreen } from './terminal-screen.ts';
import { terminalOutput } from './terminal-output.ts';

/** Whether the monitor was asked. `start.ts` says it. */
declare const hasAsked: boolean;

const stop = new AbortController();
let signalled: NodeJS.Signals | null = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // For the whole life of the process: libraries that hold locks end a process that has no listeners but theirs.
  process.on(signal, () => {
    if (signalled !== null) endBy(signal);
    signalled = signal;
    stop.abort();
  });
}

const isTerminal = isatty(0) && isatty(1);
/** The terminal moves its cursor and has a second screen, as all but the dumb ones. */
const knowsMoves = !['', 'dumb'].includes(process.env['TERM'] ?? '');

void runCli(process.argv.slice(2), {
  version: manifest.version,
  env: process.env,
  home: process.env['HOME'] ?? homedir(),
  cwd: process.cwd(),
  // npm puts a link into the path; the files of the program lie beside the link's target.
  program: [process.execPath, ...process.execArgv, realpathSync(process.argv[1] ?? '')],
  signal: stop.signal,
  hasAsked,
  now: Date.now,
  isTerminal,
  screen: isTerminal && knowsMoves ? (output) => terminalScreen(process, output, stop.signal) : null,
  output: (settings) => terminalOutput(process, settings),
  loadSettings: async (sources) => (await import('../wire.ts')).loadSettings(sources),
  openContext: async (options) => (await import('../wire.ts')).makeContext(options),
}).then((result) => {
  // The signal itself ends the process: an exit code would say something about the registry.
  if (result === 'interrupted') endBy(signalled ?? 'SIGTERM');
  // Watchers of files or a hung child must not keep an answered command alive.
  else process.exit(result);
});

/**
 * Ends the process as the signal would have without a handler: at the second Ctrl-C, and for a command without an
 * answer yet.
 */
function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
