import { clean } from '../../core/words/text.ts';
import { UsageError } from '../../errors.ts';
import type { HostAnswer } from '../../hermes/setup/answers.ts';
import { serverName } from '../../core/words/server-name.ts';
import type { Installed } from '../../hermes/setup/install.ts';
import { regularText } from '../../system/read-regular.ts';
import { realPathOf } from '../../system/real-path.ts';
import { replaceFile } from '../../system/replace-file.ts';
import type { Context } from '../context.ts';
import { added } from './add-to-host.ts';
import { additionsIn, FormerEntries } from './additions.ts';
import type { Client, ServerStart } from './client.ts';
import { anyHost, knownClients } from './known-clients.ts';
import { withoutServer, type Standing } from './entry-text.ts';
import { foreign } from './foreign.ts';
import { dropRecord, startsOf } from './record.ts';
import { runOwn } from './run-own.ts';
import { linesOf, refused } from './said.ts';
import { about, byHand, shown, unchanged, type ClientRequest } from './shown.ts';
import { isStart, longestFile, misreadBy, pathIn, readStanding, startFor, startsFor } from './standing.ts';

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
  const misread = startsFor(context, client).map((start) => misreadBy(client, start) ?? cutBy(client, start));
  const reason = misread.find((one) => one !== null) ?? null;
  if (reason === null) return;
  throw new UsageError(reason, {
    where: pathIn(context, client),
    cure: 'give that file or folder a name without it',
  });
}

/** Returns what the host's command would lose of a variable; its file may hold it. `null`: nothing. */
function cutBy({ title, own }: Client, { env }: ServerStart): string | null {
  const mark = own?.cutsAt;
  const value = mark === undefined ? undefined : Object.values(env).find((one) => one.includes(mark));
  return value === undefined ? null : `the command of ${title} would cut ${value} at ${mark ?? ''}`;
}

async function takenOut(
  context: Context,
  { client, print }: ClientRequest,
  standing: Standing,
): Promise<Installed<HostAnswer>> {
  const json = about(context, client, 'uninstall');
  if (print && standing.kind !== 'absent') {
    const cut = clean(`${json.file.path}: ${serverName} would be taken out of ${client.file.key}`);
    const goes = additionsIn(context, client, standing).map(clean);
    const also = goes.length === 0 ? [] : [`with it would go what is not from asm setup: ${goes.join(', ')}`];
    return { json, lines: [json.command?.line ?? cut, ...also] };
  }
  if (standing.kind === 'absent') {
    if (!print) dropRecord(context, client);
    return unchanged(json);
  }
  const former = new FormerEntries(context, client);
  if (json.command !== null) former.keep(standing);
  const said = json.command === null ? null : await runOwn(context, client, json.command.words.slice(1));
  if (said === null) cutOutOfAll(context, client, former);
  const lines = said === null ? [] : linesOf(said);
  if (readStanding(context, client).kind !== 'absent') throw refused(client, json, 'the entry is still there', said);
  dropRecord(context, client);
  const line = json.command === null ? [] : [json.command.line];
  return {
    json: { ...json, change: 'changed', ...(said === null ? {} : { said: lines.join('\n') }), ...former.json() },
    lines: [...line, ...lines, clean(`${json.file.path}: ${serverName} is taken out`), ...former.lines()],
  };
}

/** Takes the entry out of each file that has it: a host may read more than one. */
function cutOutOfAll(context: Context, client: Client, former: FormerEntries): void {
  const starts = startsOf(context, client);
  for (;;) {
    const standing = readStanding(context, client);
    if (!starts.some((start) => isStart(standing, start))) return;
    former.keep(standing);
    cutOut(pathIn(context, client), client);
  }
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
  replaceFile(real, next);
}

function unreadable(context: Context, { title, file }: Client, reason: string): UsageError {
  return new UsageError(`the file of ${title} cannot be understood: ${reason}`, {
    where: pathIn(context, { file }),
    cure: 'mend it first; nothing was written',
  });
}
