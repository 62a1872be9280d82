import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { clientEntry } from '../../hermes/setup/entry.ts';
import { serverName } from '../../core/words/server-name.ts';
import { statOrNull } from '../../system/if-readable.ts';
import { regularText } from '../../system/read-regular.ts';
import type { Context } from '../context.ts';
import type { Client, ClientFile, ServerStart } from './client.ts';
import { standingIn, type Standing } from './entry-text.ts';

/** The variable of an entry that names the registry. */
export const registryVariable = 'AGENT_SESSIONS_YAML';
/** The variable of an entry that names the state folder. */
export const stateVariable = 'AGENT_SESSIONS_MONITOR_STATE_DIR';

type ClientContext = Pick<Context, 'env' | 'home' | 'settings' | 'program' | 'signal'>;

/**
 * Returns the file that has a host's entry, or would get it. Hosts take a relative folder of their variables
 * (`CLAUDE_CONFIG_DIR=x`) from where they are started, and set-up and doctor start them in the home folder.
 */
export function pathIn({ env, home }: Pick<Context, 'env' | 'home'>, { file }: Pick<Client, 'file'>): string {
  const path = resolve(home, file.path({ env, home, platform: process.platform }));
  const read = (file.names ?? []).map((name) => join(dirname(path), name));
  return read.find((one) => standingAt(one, file).kind !== 'absent') ?? path;
}

/** Returns how a host starts the server: by literal paths, on the registry and the state of this shell. */
export function startFor(context: ClientContext, waitSeconds: number): ServerStart {
  const { command, args, env } = clientEntry(context);
  return { command, args, env: { ...env, AGENT_SESSIONS_WAIT_SECONDS: String(waitSeconds) } };
}

/** Returns the entries that set-up would make now: by the host's command first, then by its file. */
export function startsFor(context: ClientContext, { own, file }: Client): readonly ServerStart[] {
  const waits = own === null ? [file.waitSeconds] : [own.waitSeconds, file.waitSeconds];
  return waits.map((seconds) => startFor(context, seconds));
}

/**
 * Returns what a host would misread in what it starts: it would start another program, or one on another registry.
 * `null`: nothing.
 */
export function misreadBy({ title, replaces }: Client, { command, args, env }: ServerStart): string | null {
  const word = [command, ...args, ...Object.values(env)].find((one) => replaces?.test(one) === true);
  const variable = word === undefined ? undefined : replaces?.exec(word)?.[0];
  return variable === undefined
    ? null
    : `${title} would put the value of a variable in place of ${variable} in ${word}`;
}

/** A host keeps more than its servers in such a file; bytes. */
export const longestFile = 64 << 20;

/** Reads what stands in a host's file now. */
export function readStanding(context: ClientContext, { file }: Client): Standing {
  return standingAt(pathIn(context, { file }), file);
}

function standingAt(path: string, file: ClientFile): Standing {
  if (statOrNull(path) === null) return { kind: 'absent' };
  const text = regularText(path, longestFile);
  return text === null ? { kind: 'unreadable', reason: 'it cannot be read' } : standingIn(file, serverName, text);
}

/** Decides whether an entry starts exactly that; further variables in it are the user's own. */
export function isStart(standing: Standing, wanted: ServerStart): boolean {
  if (standing.kind !== 'entry' || standing.start === null) return false;
  const { command, args, env } = standing.start;
  return (
    isDeepStrictEqual({ command, args }, { command: wanted.command, args: wanted.args }) && hasAll(env, wanted.env)
  );
}

function hasAll(env: ServerStart['env'], wanted: ServerStart['env']): boolean {
  return Object.entries(wanted).every(([name, value]) => env[name] === value);
}
