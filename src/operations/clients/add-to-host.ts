import { clean } from '../../core/words/text.ts';
import { AudienceError, HostError } from '../../errors.ts';
import type { HostAnswer } from '../../hermes/setup/answers.ts';
import { serverName } from '../../core/words/server-name.ts';
import type { Installed } from '../../hermes/setup/install.ts';
import type { Context } from '../context.ts';
import { additionsIn } from './additions.ts';
import type { Client, OwnCommand, ServerStart } from './client.ts';
import type { Standing } from './entry-text.ts';
import { keepRecord } from './record.ts';
import { commandLine, runOwn, type Said } from './run-own.ts';
import { linesOf, refused } from './said.ts';
import { about, unchanged } from './shown.ts';
import { isStart, pathIn, readStanding, registryVariable, startFor, startsFor } from './standing.ts';

/**
 * Adds the server by the host's own command, in place of an entry that set-up wrote before.
 * @throws HostError if the host does not do it: then the former entry stands again, or the error says what it was
 */
export async function added(context: Context, client: Client, standing: Standing): Promise<Installed<HostAnswer>> {
  const { own } = client;
  const json = about(context, client, 'install');
  if (own === null || startsFor(context, client).some((start) => isStart(standing, start))) return unchanged(json);
  refuseLoss(context, client, standing);
  const start = startFor(context, own.waitSeconds);
  const former = standing.kind === 'entry' ? standing.start : null;
  const said = await replaced({ context, client, own, json, former, start });
  const lines = [
    json.command?.line ?? '',
    ...linesOf(said),
    clean(`${json.file.path}: ${serverName} is there${formerRegistry(former, start)}`),
  ];
  return { json: { ...json, change: 'changed', said: linesOf(said).join('\n') }, lines };
}

/** Refuses to replace an entry to which the user has added something: hosts write entries anew. */
function refuseLoss(context: Context, client: Client, standing: Standing): void {
  const additions = additionsIn(context, client, standing);
  if (additions.length === 0) return;
  const asked = `asm setup --client ${client.name}`;
  throw new HostError(
    clean(`nothing was done: an update of ${serverName} would drop what was added to it: ${additions.join(', ')}`),
    {
      where: pathIn(context, client),
      cure: `note that down, then: ${asked} --uninstall; ${asked} --yes; and add it to the new entry by hand`,
    },
  );
}

interface Replacing {
  readonly context: Context;
  readonly client: Client;
  readonly own: OwnCommand;
  readonly json: HostAnswer;
  /** What the entry started that stands there; `null`: there is none. */
  readonly former: ServerStart | null;
  readonly start: ServerStart;
}

async function replaced(replacing: Replacing): Promise<Said> {
  const { context, client, former } = replacing;
  const before = JSON.stringify(readStanding(context, client));
  // Whatever the host wrote instead is set-up's to take out again.
  const keepChange = (): void => {
    const now = readStanding(context, client);
    if (JSON.stringify(now) !== before) keepRecord(context, client, now);
  };
  try {
    const said = await inPlace(replacing);
    keepChange();
    return said;
  } catch (error) {
    const told = former === null ? error : await putBack({ ...replacing, former }, error);
    try {
      keepChange();
    } catch {
      // A state folder that cannot be written must not hide what became of the entry.
    }
    throw told;
  }
}

async function inPlace({ context, client, own, json, former, start }: Replacing): Promise<Said> {
  const now = (): Standing => readStanding(context, client);
  // Claude Code and Copilot CLI refuse a name that is there.
  if (former !== null && own.remove !== null) {
    const said = await runOwn(context, client, own.remove(serverName));
    if (now().kind !== 'absent') throw refused(client, json, 'the former entry is still there', said);
  }
  const said = await runOwn(context, client, own.add(serverName, start));
  if (!isStart(now(), start)) throw refused(client, json, whatStands(now(), former), said);
  return said;
}

function whatStands(now: Standing, former: ServerStart | null): string {
  if (now.kind !== 'entry') return 'the entry is not there';
  return former !== null && isStart(now, former) ? 'the former entry is still there' : 'another entry is there now';
}

/** Adds the former entry again where an update took it out. @returns the error that says what stands there now */
async function putBack(
  { context, client, own, former }: Replacing & { readonly former: ServerStart },
  error: unknown,
): Promise<unknown> {
  if (isStart(readStanding(context, client), former)) return error;
  const words = own.add(serverName, former);
  const failed = await addAgain(context, client, own, words);
  const isBack = isStart(readStanding(context, client), former);
  if (isBack && !(error instanceof AudienceError)) return error;
  const message = error instanceof Error ? error.message : 'the update failed';
  return new HostError(
    clean(isBack ? `${message}; the former entry was added again` : `${message}; the former entry is gone`),
    {
      where: pathIn(context, client),
      cure: isBack
        ? 'what stood there works as before; docs/hosts.md says how to change it by hand'
        : `what stood there is added by: ${commandLine(own.program, words)}`,
      cause: isBack ? error : new AggregateError([error, failed]),
    },
  );
}

/** @returns why the host was not asked; what it said does not prove that it did it */
async function addAgain(context: Context, client: Client, own: OwnCommand, words: readonly string[]): Promise<unknown> {
  // An update that was broken off must not leave the user without the entry.
  const unbroken = { ...context, signal: new AbortController().signal };
  try {
    const isOther = readStanding(context, client).kind === 'entry';
    if (isOther && own.remove !== null) await runOwn(unbroken, client, own.remove(serverName));
    await runOwn(unbroken, client, words);
    return null;
  } catch (error) {
    return error;
  }
}

/** Returns what to say of an entry for another registry that was replaced: a host has one of this name. */
function formerRegistry(former: ServerStart | null, { env }: ServerStart): string {
  const registry = former?.env[registryVariable];
  return registry === undefined || registry === env[registryVariable]
    ? ''
    : `, in place of the one for the registry ${registry}`;
}
