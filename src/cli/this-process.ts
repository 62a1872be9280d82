import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import manifest from '../../package.json' with { type: 'json' };
import type { World } from './run-cli.ts';
import { terminalOutput } from './terminal-output.ts';

/** What a command takes of the process that runs it, whether it asks a monitor or looks itself. */
export type ProcessWorld = Pick<World, 'version' | 'env' | 'home' | 'cwd' | 'program' | 'now' | 'output'>;

export function thisProcess(): ProcessWorld {
  return {
    version: manifest.version,
    env: process.env,
    home: process.env['HOME'] ?? homedir(),
    cwd: process.cwd(),
    // npm puts a link into the path; the files of the program lie beside the link's target.
    program: [process.execPath, ...process.execArgv, realpathSync(process.argv[1] ?? '')],
    now: Date.now,
    output: (settings) => terminalOutput(process, settings),
  };
}
