import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LogReader } from '../many-agents/log-reader.ts';
import { until, type PrivateWorld } from '../private-world.ts';

/** Returns the log of the world's only registry. */
export function logOf(world: PrivateWorld): LogReader {
  const folder = readdirSync(world.state).find((name) => filesIn(join(world.state, name)).includes('log.jsonl'));
  if (folder === undefined) throw new Error('there is no log');
  return new LogReader(join(world.state, folder, 'log.jsonl'));
}

/** Returns the temporary files that a run has left: beside the registry, and in the folders of state and cache. */
export function litter(world: PrivateWorld): readonly string[] {
  return unexpected(world).filter((name) => !isLock(name));
}

/**
 * Waits until nothing unexpected is left.
 * @param run the next run, which removes the lock of a killed holder once it is 3 s old
 */
export async function leavesNothing(world: PrivateWorld, run: () => Promise<unknown>): Promise<void> {
  const isClean = async (): Promise<boolean> => {
    await run();
    return unexpected(world).length === 0;
  };
  await until(`nothing of ${unexpected(world).join(', ')} to be left`, isClean, 60_000, 500);
}

function unexpected(world: PrivateWorld): readonly string[] {
  const beside = filesIn(dirname(world.registry)).filter((name) => name.includes('agent-sessions.yaml'));
  const inState = [world.state, world.cache].flatMap((folder) => readdirSync(folder, { recursive: true }).map(String));
  return [
    ...beside.filter((name) => !/^agent-sessions\.yaml(\.lock)?$/.test(name)),
    ...inState.filter((name) => /\.(tmp|corrupt|\d{6,})|\.rotating$/.test(join('/', name)) || isLock(name)),
  ];
}

function isLock(name: string): boolean {
  return name.endsWith('.lock');
}

/** Waits until no process is left that a killed run had started: each ends by itself. */
export async function endsAlone(pid: number): Promise<void> {
  const mark = `CRASH_PARENT=${pid}\0`;
  const left = () => filesIn('/proc').filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(mark));
  await until(`what ${pid} has started to end`, () => left().length === 0, 30_000, 20);
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
