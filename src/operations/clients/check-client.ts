import * as z from 'zod';
import { askTools } from '../../system/ask-tools.ts';
import { serverName } from '../../core/words/server-name.ts';
import { AudienceError, UsageError } from '../../errors.ts';
import { askJsonRpc } from '../../system/ask-json-rpc.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { missingProgram, whichProgram } from '../../system/missing-program.ts';
import type { Context } from '../context.ts';
import type { Client, OwnCommand, Sees, ServerStart } from './client.ts';
import type { Standing } from './entry-text.ts';
import { removal } from './foreign.ts';
import { knownClients } from './known-clients.ts';
import { startsOf } from './record.ts';
import { lacksCommand, runOwn } from './run-own.ts';
import { verdictIn } from './said.ts';
import { isStart, misreadBy, pathIn, readStanding, startsFor } from './standing.ts';

/** Hosts start in 0.3 to 4 s, and start their servers then; ms. */
const deadlineMs = 30_000;

/** Checks whether a host starts the MCP server: its entry, what that starts, and whether the host sees it. */
export async function checkClient(context: Context, name: string): Promise<readonly Finding[]> {
  const client = knownClients.find((one) => one.name === name);
  if (client === undefined)
    throw new UsageError(`${name} is no host that can be looked at`, { where: '--client', cure: 'see docs/hosts.md' });
  const standing = readStanding(context, client);
  const path = pathIn(context, client);
  const wrong = whatIsWrong(context, client, standing, path);
  if (wrong !== null) {
    const entry = bad('client-entry', `${path}: ${wrong.message}`, wrong.cure);
    return [...checkProgram(context, client), entry];
  }
  const start = startsFor(context, client).find((one) => isStart(standing, one));
  return [
    ...checkProgram(context, client),
    good('client-entry', `${path} has the MCP server`),
    // Only an entry that set-up itself would write is ever started.
    ...(start === undefined ? [] : [await checkAnswers(context, start)]),
    ...(await checkSees(context, client)),
  ];
}

/** Checks whether the host itself is there, as far as it is a program on the PATH. */
function checkProgram({ env }: Context, { title, own }: Client): readonly Finding[] {
  if (own === null) return [];
  const path = whichProgram(own.program, env['PATH']);
  if (path !== null) return [good('client-program', `${title} is ${path}`)];
  const none = `there is no ${own.program} on the PATH`;
  return own.isOptional === true
    ? [good('client-program', `${none}; ${title} itself does not need it`)]
    : [bad('client-program', none, `install ${title}, or mend the PATH`)];
}

interface Wrong {
  readonly message: string;
  readonly cure: string;
}

function whatIsWrong(context: Context, client: Client, standing: Standing, path: string): Wrong | null {
  const byHand = client.own === null || lacksCommand(context, client);
  const add = `asm setup --client ${client.name}${byHand ? ' shows what to put there' : ' --yes'}`;
  if (standing.kind === 'unreadable') return { message: standing.reason, cure: `mend it; then: ${add}` };
  if (standing.kind === 'absent') return { message: `no MCP server ${serverName}`, cure: `add it: ${add}` };
  const { start, isOff } = standing;
  if (isOff) return { message: `${serverName} is turned off`, cure: turnedOn(client.file, standing.entry, path) };
  const isOurs = client.own !== null && startsOf(context, client).some((one) => isStart(standing, one));
  const anew = isOurs ? add : `${removal(client, path)}; then: ${add}`;
  if (start === null) return { message: `${serverName} is an entry that starts no program`, cure: anew };
  const missing = missingProgram([start.command, ...start.args], context.env['PATH']);
  if (missing !== null) return { message: `${serverName} starts ${missing}, which is not there`, cure: anew };
  const wanted = startsFor(context, client);
  if (!wanted.some((one) => isStart(standing, one)))
    return { message: `${serverName} is not as setup would write it: ${differs(start, wanted)}`, cure: anew };
  const misread = misreadBy(client, start);
  if (misread !== null) {
    return {
      message: misread,
      cure: `give that file or folder a name without it; ${removal(client, path)}; then: ${add}`,
    };
  }
  const limit = limitBelow(client, standing, start);
  if (limit === null) return null;
  const message = `a wait of ${start.env['AGENT_SESSIONS_WAIT_SECONDS'] ?? ''} s needs ${limit} beside it`;
  return { message, cure: `add that to the entry; asm setup --client ${client.name} shows it` };
}

/** Returns how an entry is turned on again: set-up leaves that alone, as the user's own will. */
function turnedOn({ key }: Client['file'], entry: Readonly<Record<string, unknown>>, path: string): string {
  return `set ${entry['enabled'] === false ? 'enabled to true' : 'disabled to false'} in ${key}.${serverName} in ${path}`;
}

function differs({ command, args, env }: ServerStart, [wanted]: readonly ServerStart[]): string {
  if (wanted === undefined) return '';
  if (command !== wanted.command || args.join('\0') !== wanted.args.join('\0')) return 'it starts another program';
  return Object.keys(wanted.env)
    .filter((name) => env[name] !== wanted.env[name])
    .join(', ');
}

/** Returns the limit that an entry with the long wait of a host's file lacks. */
function limitBelow({ own, file }: Client, standing: Standing, { env }: ServerStart): string | null {
  const wait = env['AGENT_SESSIONS_WAIT_SECONDS'];
  if (standing.kind !== 'entry' || own?.waitSeconds === Number(wait)) return null;
  const lacks = Object.entries(file.more).find(([key, value]) => {
    const stands = standing.entry[key];
    return typeof value === 'number' && (typeof stands !== 'number' || stands < value);
  });
  return lacks === undefined ? null : `${lacks[0]}: ${String(lacks[1])}`;
}

async function checkAnswers({ env, home, signal }: Context, start: ServerStart): Promise<Finding> {
  const bare = { PATH: env['PATH'], HOME: env['HOME'] ?? home, LANG: env['LANG'] };
  const answer = await askTools(start, { env: bare, signal, deadlineMs });
  if (answer !== null)
    return good('client-answers', `the MCP server showed its ${answer.tools} tools in ${answer.ms} ms`);
  return bad('client-answers', 'the MCP server does not answer', 'start it by hand: asm mcp </dev/null');
}

/** Asks the host itself, where it can tell. */
async function checkSees(context: Context, client: Client): Promise<readonly Finding[]> {
  const { title, own } = client;
  if (own === null || own.sees === null) {
    const mute = `${title} cannot say whether it sees it: look at its list of MCP servers`;
    return [good('client-sees', mute)];
  }
  if (whichProgram(own.program, context.env['PATH']) === null) return [];
  const cure = `start ${title} and look at its list of MCP servers; then asm setup --client ${client.name} --uninstall, and --yes again`;
  const said = await seenBy(context, client, own, own.sees);
  return [said.ok ? good('client-sees', said.message) : bad('client-sees', said.message, cure)];
}

async function seenBy(
  context: Context,
  client: Client,
  own: OwnCommand,
  sees: Sees,
): Promise<{ readonly ok: boolean; readonly message: string }> {
  const { title } = client;
  switch (sees.kind) {
    case 'printed': {
      try {
        const said = await runOwn(context, client, sees.words(serverName), sees.env);
        if (sees.connected.test(said.text)) return { ok: true, message: `${title} is connected to it` };
        return { ok: false, message: `${title} is not connected to it: ${verdictIn(said)}` };
      } catch (error) {
        if (!(error instanceof AudienceError)) throw error;
        return { ok: false, message: error.message };
      }
    }
    case 'app-server': {
      const tools = await toolsSeenBy(context, own, sees.words);
      if (tools === null) return { ok: false, message: `${title} does not say what it sees` };
      const message = tools === 0 ? `${title} sees none of its tools` : `${title} sees its ${tools} tools`;
      return { ok: tools > 0, message };
    }
  }
}

const statusResult = z.object({
  data: z.array(z.object({ name: z.string(), tools: z.record(z.string(), z.unknown()) })),
});

/** Asks Codex' app server which tools of the server it offers. */
async function toolsSeenBy(
  { env, home, signal }: Context,
  { program }: OwnCommand,
  words: readonly string[],
): Promise<number | null> {
  const clientInfo = { name: 'asm-doctor', title: 'asm doctor', version: '1' };
  const answer = await askJsonRpc(program, words, {
    env,
    cwd: home,
    messages: [
      { id: 1, method: 'initialize', params: { clientInfo, capabilities: { experimentalApi: true } } },
      { method: 'initialized' },
      { id: 2, method: 'mcpServerStatus/list', params: { detail: 'toolsAndAuthOnly', limit: 100 } },
    ],
    result: statusResult,
    deadlineMs,
    signal,
  });
  if (answer === null) return null;
  return Object.keys(answer.result.data.find(({ name }) => name === serverName)?.tools ?? {}).length;
}
