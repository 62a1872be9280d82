#!/usr/bin/env node
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

/**
 * The bundles' names with a hash of their text: V8 would accept a cache that was made of another text of the same
 * length.
 */
declare const programName: string;
declare const askerName: string;

// Only a user whose monitor runs pays for asking it.
if (asksForStatus(process.argv) && hasSocket(process.env)) load(askerName)(require, runWhole);
else runWhole(false);

/** @param hasAsked the monitor was asked, and does not answer */
function runWhole(hasAsked: boolean): void {
  load(programName)(require, hasAsked);
}

function load(name: string): (...given: readonly unknown[]) => void {
  const filename = join(__dirname, `${name}.cjs`);
  // The build makes the cache for its own Node. To compile the bundle anew takes 30 ms, more than most passes; another
  // Node ignores the cache and compiles.
  const cachedData = bytesOf(join(__dirname, `${name}-${process.version}-${process.arch}.cache`));
  // The build emits ASCII only: to check for other letters takes Node 5 ms.
  return new Script(readFileSync(filename, 'latin1'), { filename, cachedData }).runInThisContext();
}

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** A guess is enough: what it takes for `status` by mistake, the whole program answers all the same. */
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
