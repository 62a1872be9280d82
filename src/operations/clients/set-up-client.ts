import { rmSync } from 'node:fs';
import { clean } from '../../core/words/text.ts';
import { HostError, UsageError } from '../../errors.ts';
import type { HostAnswer } from '../../hermes/setup/answers.ts';
import { serverName } from '../../core/words/server-name.ts';
import type { Installed } from '../../hermes/setup/install.ts';
import { regularText } from '../../system/read-regular.ts';
import { realPathOf } from '../../system/real-path.ts';
import { stage, writeStateFile } from '../../system/replace-file.ts';
import type { Context } from '../context.ts';
import type { Client, ServerStart } from './client.ts';
import { anyHost, knownClients } from './known-clients.ts';
import { withoutServer, type Standing } from './entry-text.ts';
import { foreign } from './foreign.ts';
import { runOwn, type Said } from './run-own.ts';
import { linesOf, refusalIn } from './said.ts';
import { about, byHand, shown, unchanged, type ClientRequest } from './shown.ts';
import {
  isStart,
  longestFile,
  misreadBy,
  placeOf,
  readStanding,
  recordPath,
  registryVariable,
  startFor,
  startsFor,
  startsOf,
} from './standing.ts';

/** Does it for the host of that name; a host that is not in the table only gets the usual entry. */
export async function setUpNamed(
  context: Context,
  { name, goal, print }: Omit<ClientRequest, 'client'> & { readonly name: string },
): Promise<Installed> {
  const client = knownClients.find((one) => one.name === name);
  return client === undefined ? forAnyHost(context, goal, print) : setUpClient(context, { client, goal, print });
}

/** Returns the usual entry alone where it is only shown: then it can go into a file as it is. */
function forAnyHost(context: Context, goal: ClientRequest['goal'], print: boolean): Installed {
  const servers = { mcpServers: { [serverName]: startFor(context, anyHost.waitSeconds) } };
  if (goal === 'uninstall')
    return { json: servers, lines: [`this host is not known: take ${serverName} out of its file by hand`] };
  const said = print ? [] : ['this host is not known, nothing was written: put this into its file by hand', ''];
  return { json: servers, lines: [...said, JSON.stringify(servers, null, 2)] };
}

/**
 * Adds the server to a host by the host's own command, or takes out what that added; or shows how.
 * @throws UsageError if the host's file cannot be read; HostError if the host refuses, or does not do what it says, or
 * an entry stands there that set-up did not write
 */
async function setUpClient(context: Context, request: ClientRequest): Promise<Installed<HostAnswer>> {
  const { client, goal, print } = request;
  if (goal === 'install') refuseMisread(context, client);
  if (goal === 'install' && print) return shown(context, client);
  const standing = readStanding(context, client);
  if (standing.kind === 'unreadable') throw unreadable(context, client, standing.reason);
  if (client.own === null) return byHand(context, request, standing);
  const isOurs = startsOf(context, client).some((start) => isStart(standing, start));
  if (standing.kind === 'entry' && !isOurs) throw foreign(context, client, standing);
  return goal === 'install' ? added(context, client, standing) : takenOut(context, request, standing);
}

function refuseMisread(context: Context, client: Client): void {
  const misread = startsFor(context, client).map((start) => misreadBy(client, start));
  const reason = misread.find((one) => one !== null) ?? null;
  if (reason === null) return;
  throw new UsageError(reason, {
    where: client.file.path(placeOf(context)),
    cure: 'give that file or folder a name without it',
  });
}

async function added(context: Context, client: Client, standing: Standing): Promise<Installed<HostAnswer>> {
  const { own } = client;
  const json = about(context, client, 'install');
  if (own === null || startsFor(context, client).some((start) => isStart(standing, start))) return unchanged(json);
  // Claude Code and Copilot CLI refuse a name that is there.
  if (standing.kind === 'entry' && own.remove !== null) await runOwn(context, client, own.remove(serverName));
  const start = startFor(context, own.waitSeconds);
  const said = await runOwn(context, client, own.add(serverName, start));
  const now = readStanding(context, client);
  if (!isStart(now, start)) throw refused(client, json, 'the entry is not there', said);
  writeStateFile(recordPath(context, client), JSON.stringify(start));
  const lines = [
    json.command?.line ?? '',
    ...linesOf(said),
    clean(`${json.file.path}: ${serverName} is there${formerRegistry(standing, start)}`),
  ];
  return { json: { ...json, change: 'changed', said: linesOf(said).join('\n') }, lines };
}

/** Returns what to say of an entry for another registry that was replaced: a host has one of this name. */
function formerRegistry(standing: Standing, { env }: ServerStart): string {
  const former = standing.kind === 'entry' ? standing.start?.env[registryVariable] : undefined;
  return former === undefined || former === env[registryVariable]
    ? ''
    : `, in place of the one for the registry ${former}`;
}

async function takenOut(
  context: Context,
  { client, print }: ClientRequest,
  standing: Standing,
): Promise<Installed<HostAnswer>> {
  const json = about(context, client, 'uninstall');
  if (print && standing.kind !== 'absent') {
    const cut = clean(`${json.file.path}: ${serverName} would be taken out of ${client.file.key}`);
    return { json, lines: [json.command?.line ?? cut] };
  }
  const forget = (): void => rmSync(recordPath(context, client), { force: true });
  if (standing.kind === 'absent') {
    if (!print) forget();
    return unchanged(json);
  }
  const said = json.command === null ? null : await runOwn(context, client, json.command.words.slice(1));
  if (said === null) cutOut(json.file.path, client);
  const lines = said === null ? [] : linesOf(said);
  if (readStanding(context, client).kind !== 'absent') throw refused(client, json, 'the entry is still there', said);
  forget();
  const line = json.command === null ? [] : [json.command.line];
  return {
    json: { ...json, change: 'changed', ...(said === null ? {} : { said: lines.join('\n') }) },
    lines: [...line, ...lines, clean(`${json.file.path}: ${serverName} is taken out`)],
  };
}

/** Takes the entry, and nothing else, out of the file of a host that has no command for it. */
function cutOut(path: string, { file, title }: Client): void {
  const real = realPathOf(path);
  const text = regularText(real, longestFile);
  // Bytes that are no UTF-8 were read as U+FFFD, and would be lost.
  const isWhole = text !== null && !text.includes('\ufffd');
  const next = isWhole ? withoutServer(file, serverName, text) : null;
  if (next === null) {
    throw new UsageError(`the file of ${title} is written in a form that cannot be edited safely`, {
      where: path,
      cure: `take ${serverName} out of ${file.key} by hand`,
    });
  }
  stage(real, next).commit();
}

function unreadable(context: Context, { title, file }: Client, reason: string): UsageError {
  return new UsageError(`the file of ${title} cannot be understood: ${reason}`, {
    where: file.path(placeOf(context)),
    cure: 'mend it first; nothing was written',
  });
}

function refused({ title }: Client, json: HostAnswer, reason: string, said: Said | null): HostError {
  return new HostError(`${title} did not do it, ${reason}${said === null ? '' : `: ${refusalIn(said)}`}`, {
    where: json.command?.line ?? json.file.path,
    cure: 'run that by hand, or edit the file by hand; docs/hosts.md says which',
  });
}
