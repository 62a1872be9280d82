import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { isatty } from 'node:tty';
import manifest from '../../package.json' with { type: 'json' };
import { runCli } from './run-cli.ts';
import { terminalOutput } from './terminal-output.ts';

const stop = new AbortController();
let signalled: NodeJS.Signals | null = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // For as long as we live: the libraries that hold locks end a process whose only listeners they are.
  process.on(signal, () => {
    if (signalled !== null) endBy(signal);
    signalled = signal;
    stop.abort();
  });
}

void runCli(process.argv.slice(2), {
  version: manifest.version,
  env: process.env,
  home: process.env['HOME'] ?? homedir(),
  cwd: process.cwd(),
  // npm puts a link into the path; what belongs to the program lies beside the file that it leads to.
  program: [process.execPath, ...process.execArgv, realpathSync(process.argv[1] ?? '')],
  signal: stop.signal,
  now: Date.now,
  isTerminal: isatty(0) && isatty(1),
  output: (settings) => terminalOutput(process, settings),
  openContext: async (options) => {
    const { makeContext } = await import('../wire.ts');
    return makeContext(options);
  },
}).then((result) => {
  // Ended by the signal itself, not by an exit code that would say something about the registry.
  if (result === 'interrupted') endBy(signalled ?? 'SIGTERM');
  // Watchers of files or a hung child must not keep an answered command alive.
  else process.exit(result);
});

/** As if we were not here: the second Ctrl-C, and a command that had no answer yet. */
function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
