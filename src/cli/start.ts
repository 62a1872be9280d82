#!/usr/bin/env node
import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { exitCode } from '../errors.ts';
import { messageOf } from '../system/errno.ts';
import { asksForJson, commandIn } from './asked-for.ts';
import { jsonText } from './json-text.ts';

/** The modules of a part of the program, by the names of their chunks. */
type Part = Readonly<Record<string, { readonly main: (hasAsked: boolean) => unknown }>>;

/** The file of each part, without its ending: `scripts/build-parts.mjs` has the parts. */
declare const fileOf: Readonly<Record<string, string>>;

const parts = new Map<string, Part>();
/** The SHA-256 of the code, with which `scripts/keep-code.cjs` begins a cache; bytes. */
const sealBytes = 32;

/** A part of the program cannot be loaded. */
class LoadError extends Error {}

start().catch(fail);

async function start(): Promise<void> {
  // Asks a monitor only where one has left a socket: to load the asker takes time.
  if (asksForStatus(process.argv) && hasSocket(process.env)) await partOf('ask')['asker.js']?.main(false);
  else partOf('pass')['main.js']?.main(false);
}

/** Says what went wrong before the program itself could. */
function fail(error: unknown): void {
  const words = process.argv.slice(2);
  // A hook must not disturb its agent, not even in the midst of an upgrade.
  if (commandIn(words) === 'report') return;
  const cause = messageOf(error);
  const [message, where, cure] =
    error instanceof LoadError
      ? [
          `agent-sessions-monitor cannot be loaded: ${cause}`,
          __dirname,
          'install it again, or wait for the upgrade that runs: its files are not all there',
        ]
      : [`a defect of agent-sessions-monitor: ${cause}`, null, 'please report it'];
  // Node's own code, 1, would say that a session which should run does not.
  const code = exitCode.defect;
  const text = asksForJson(words)
    ? jsonText({ error: { code, message, where, cure } })
    : [message, where, cure].filter((line) => line !== null).join('\n');
  process.stderr.write(`${text}\n`);
  process.exitCode = code;
}

/**
 * Loads a part at its first use.
 * @throws LoadError
 */
function partOf(name: string): Part {
  const loaded = parts.get(name) ?? tryToLoad(name);
  parts.set(name, loaded);
  // A command that runs for long uses `rest`. It loads every part then: an upgrade may remove the files.
  if (name === 'rest') for (const other of Object.keys(fileOf)) if (!parts.has(other)) partOf(other);
  return loaded;
}

function tryToLoad(name: string): Part {
  try {
    return load(name);
  } catch (cause) {
    throw cause instanceof LoadError ? cause : new LoadError(messageOf(cause), { cause });
  }
}

function load(name: string): Part {
  const filename = join(__dirname, `${fileOf[name]}.cjs`);
  // The build makes the cache for its own Node. To compile a part anew takes up to 20 ms, more than most passes; another
  // Node ignores the cache and compiles.
  const cachedData = cachedCode(join(__dirname, `${fileOf[name]}-${process.version}-${process.arch}.cache`));
  // The build emits ASCII only: to check for other letters takes Node 5 ms.
  return new Script(readFileSync(filename, 'latin1'), { filename, cachedData }).runInThisContext()(requireFor);
}

/** Gives a part what it needs: a module of Node or of a file, or a chunk of another part as `part/chunk`. */
function requireFor(path: string): unknown {
  const [name = '', chunk = ''] = path.split('/');
  return name in fileOf ? partOf(name)[chunk] : require(path);
}

/**
 * Returns the code in a cache; `undefined` if there is none, or if it was changed since. V8 compares only its length and
 * its version, and code with a wrong bit, or with the zeros that a power cut leaves in a new file, ends the process.
 */
function cachedCode(path: string): Buffer | undefined {
  const bytes = bytesOf(path);
  const code = bytes?.subarray(sealBytes);
  if (bytes === undefined || code === undefined) return undefined;
  return bytes.subarray(0, sealBytes).equals(hash('sha256', code, 'buffer')) ? code : undefined;
}

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Decides whether this may be a `status`. A wrong guess costs only time: the asker then loads the whole program. */
function asksForStatus(words: readonly string[]): boolean {
  return words.includes('status') && !words.includes('--watch');
}

/** Decides whether any monitor has left a socket; what it misses, the whole program finds. */
function hasSocket(env: NodeJS.ProcessEnv): boolean {
  const base = env['XDG_STATE_HOME'] || join(env['HOME'] ?? '', '.local/state');
  const state = env['AGENT_SESSIONS_MONITOR_STATE_DIR'] || join(base, 'agent-sessions-monitor');
  return namesIn(state).some((name) => namesIn(join(state, name)).some((file) => file.endsWith('.sock')));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
