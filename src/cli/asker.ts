import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import manifest from '../../package.json' with { type: 'json' };
import { askFirst } from './ask-first.ts';
import { terminalOutput } from './terminal-output.ts';

/** Runs the whole program. `start.ts` gives it. */
declare const whole: (hasAsked: boolean) => void;

askFirst(process.argv.slice(2), {
  version: manifest.version,
  env: process.env,
  home: process.env['HOME'] ?? homedir(),
  cwd: process.cwd(),
  program: [process.execPath, ...process.execArgv, realpathSync(process.argv[1] ?? '')],
  now: Date.now,
  output: (settings) => terminalOutput(process, settings),
}).then(
  ({ exit, hasAsked }) => (exit === null ? whole(hasAsked) : process.exit(exit)),
  () => whole(false),
);
