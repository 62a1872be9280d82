import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { clean } from '../../core/words/text.ts';
import { HostError, UsageError } from '../../errors.ts';
import type { HostAnswer } from '../../hermes/setup/answers.ts';
import { serverName } from '../../hermes/mcp-entry.ts';
import type { Installed } from '../../hermes/setup/install.ts';
import { readJson } from '../../system/json.ts';
import { regularText } from '../../system/read-regular.ts';
import { realPathOf } from '../../system/real-path.ts';
import { stage, writeStateFile } from '../../system/replace-file.ts';
import type { Context } from '../context.ts';
import type { Client, ServerStart } from './client.ts';
import { anyHost, knownClients } from './known-clients.ts';
import { fragment, withoutServer, type Standing } from './entry-text.ts';
import { commandLine, linesOf, runOwn } from './run-own.ts';
import { isStart, longestFile, misreadBy, placeOf, readStanding, startFor, startsFor } from './standing.ts';

interface ClientRequest {
  readonly client: Client;
  readonly goal: 'install' | 'uninstall';
  /** Only shows what would be done. */
  readonly print: boolean;
}

/** Does it for the host of that name; a host that is not in the table only gets the usual entry. */
export async function setUpNamed(
  context: Context,
  { name, goal, print }: Omit<ClientRequest, 'client'> & { readonly name: string },
): Promise<Installed> {
  const client = knownClients.find((one) => one.name === name);
  if (client !== undefined) return setUpClient(context, { client, goal, print });
  const servers = { mcpServers: { [serverName]: startFor(context, anyHost.waitSeconds) } };
  return { json: servers, lines: [JSON.stringify(servers, null, 2)] };
}

/**
 * Adds the server to a host by the host's own command, or takes out what that added; or shows how.
 * @throws UsageError if the host's file cannot be read; HostError if the host refuses, or does not do what it says
 */
async function setUpClient(context: Context, request: ClientRequest): Promise<Installed<HostAnswer>> {
  const { client, goal, print } = request;
  if (goal === 'install') refuseMisread(context, client);
  if (print || client.own === null) return shown(context, request);
  const standing = readStanding(context, client);
  if (standing.kind === 'unreadable') throw unreadable(context, client, standing.reason);
  const isOurs = startsOf(context, client).some((start) => isStart(standing, start));
  if (standing.kind === 'entry' && !isOurs) return foreign(context, request);
  return goal === 'install' ? added(context, client, standing) : takenOut(context, client, standing);
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

/** What is added by the host's command is shown as that command; the file, where there is none or it can do more. */
function shown(context: Context, { client, goal }: ClientRequest): Installed<HostAnswer> {
  const json = about(context, client, goal);
  const { own, file } = client;
  const { path, text } = json.file;
  if (goal === 'uninstall') {
    const byHand = clean(`take ${serverName} out of ${file.key} in ${path}`);
    return { json, lines: [json.command === null ? byHand : json.command.line] };
  }
  if (own === null || json.command === null) {
    return { json, lines: [clean(`put this into ${path}, beside what stands there:`), '', text] };
  }
  if (file.waitSeconds <= own.waitSeconds) return { json, lines: [json.command.line] };
  const better = `or put this into ${path}: then one call may wait ${file.waitSeconds} s, in place of ${own.waitSeconds} s`;
  return { json, lines: [json.command.line, '', clean(better), '', text] };
}

async function added(context: Context, client: Client, standing: Standing): Promise<Installed<HostAnswer>> {
  const { own } = client;
  const json = about(context, client, 'install');
  if (own === null) return shown(context, { client, goal: 'install', print: true });
  if (startsFor(context, client).some((start) => isStart(standing, start)))
    return { json: { ...json, change: 'unchanged' }, lines: [clean(`${json.file.path}: nothing to change`)] };
  // Claude Code and Copilot CLI refuse a name that is there.
  if (standing.kind === 'entry' && own.remove !== null) await runOwn(context, client, own.remove(serverName));
  const start = startFor(context, own.waitSeconds);
  const said = await runOwn(context, client, own.add(serverName, start));
  const now = readStanding(context, client);
  if (!isStart(now, start)) throw refused(client, json, 'the entry is not there', linesOf(said));
  writeStateFile(recordPath(context, client), JSON.stringify(start));
  const lines = [json.command?.line ?? '', ...linesOf(said), clean(`${json.file.path}: ${serverName} is there`)];
  return { json: { ...json, change: 'changed', said: said.text }, lines };
}

async function takenOut(context: Context, client: Client, standing: Standing): Promise<Installed<HostAnswer>> {
  const json = about(context, client, 'uninstall');
  const forget = (): void => rmSync(recordPath(context, client), { force: true });
  if (standing.kind === 'absent') {
    forget();
    return { json: { ...json, change: 'unchanged' }, lines: [clean(`${json.file.path}: nothing to change`)] };
  }
  const said = json.command === null ? null : await runOwn(context, client, json.command.words.slice(1));
  if (said === null) cutOut(json.file.path, client);
  const lines = said === null ? [] : linesOf(said);
  if (readStanding(context, client).kind !== 'absent') throw refused(client, json, 'the entry is still there', lines);
  forget();
  const line = json.command === null ? [] : [json.command.line];
  return {
    json: { ...json, change: 'changed', ...(said === null ? {} : { said: said.text }) },
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

function foreign(context: Context, { client, goal }: ClientRequest): Installed<HostAnswer> {
  const json = about(context, client, goal);
  const { own, file } = client;
  const remove = own?.remove?.(serverName) ?? null;
  const byHand =
    own === null || remove === null ? `take ${serverName} out of ${file.key}` : commandLine(own.program, remove);
  const lines = [
    clean(`${json.file.path} has an entry of this name that asm setup did not write: left alone`),
    `if it is not needed any more: ${byHand}`,
  ];
  return { json: { ...json, change: 'foreign' }, lines };
}

function about(context: Context, { name, own, file }: Client, goal: ClientRequest['goal']): HostAnswer {
  const words = own === null ? null : wordsOf(own, goal, startFor(context, own.waitSeconds));
  return {
    client: name,
    command:
      own === null || words === null ? null : { words: [own.program, ...words], line: commandLine(own.program, words) },
    file: {
      path: file.path(placeOf(context)),
      format: file.format,
      text: fragment(file, serverName, startFor(context, file.waitSeconds)),
    },
  };
}

function wordsOf(
  own: NonNullable<Client['own']>,
  goal: ClientRequest['goal'],
  start: ServerStart,
): readonly string[] | null {
  return goal === 'install' ? own.add(serverName, start) : (own.remove?.(serverName) ?? null);
}

const startSchema = z.object({
  command: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
});

/** Returns what set-up writes, and what it wrote last: node or the package may have moved since. */
function startsOf(context: Context, client: Client): readonly ServerStart[] {
  const recorded = readJson(recordPath(context, client), (value) => startSchema.safeParse(value).data ?? null);
  return [...startsFor(context, client), ...(recorded === null ? [] : [recorded])];
}

function recordPath({ settings }: Context, { name }: Client): string {
  return join(settings.stateDir, 'clients', `${name}.json`);
}

function unreadable(context: Context, { title, file }: Client, reason: string): UsageError {
  return new UsageError(`the file of ${title} cannot be understood: ${reason}`, {
    where: file.path(placeOf(context)),
    cure: 'mend it first; nothing was written',
  });
}

function refused({ title }: Client, json: HostAnswer, reason: string, said: readonly string[]): HostError {
  return new HostError(`${title} did not do it, ${reason}: ${said.join(' ')}`, {
    where: json.command?.line ?? json.file.path,
    cure: 'run that by hand, or edit the file by hand; docs/hosts.md says which',
  });
}
