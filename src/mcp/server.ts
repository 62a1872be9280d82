import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { AudienceError, BoardError, errorLines, RegistryError, WatchedError } from '../errors.ts';
import type { Context } from '../operations/context.ts';
import type { MonitorWorld } from '../run/monitor.ts';
import { clean } from '../core/text.ts';
import { leaveLastWords, leftRun, sayLastWords } from './last-words.ts';
import type { Tool } from './tool.ts';
import { tools } from './tools.ts';
import { makeWork, type Work } from './work.ts';

const endedBySignal = 'this server was ended by a signal: nothing is lost, the next call goes on from here';

/** Serves the tools on stdin and stdout until stdin ends or the signal comes. */
export async function serve(context: Context, world: MonitorWorld): Promise<void> {
  const left = leftRun(context.env);
  if (left !== null) return sayLastWords(world, left);
  const work = makeWork(world);
  const server = new Server(
    { name: 'agent_sessions_monitor', version: context.version },
    { capabilities: { tools: {} } },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map(listed) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (tool === undefined)
      return failed(`there is no tool ${clean(params.name)}; there are ${tools.map(({ name }) => name).join(', ')}`);
    try {
      const given = params.arguments ?? {};
      return said(await call(tool, { context, world, work }, given, AbortSignal.any([signal, context.signal])));
    } catch (error) {
      // What is broken off by our own end has failed at nothing.
      if (context.signal.aborted) return said(endedBySignal);
      if (error instanceof AudienceError) {
        const text = errorLines(error).map(clean).join('\n');
        return isCondition(error) ? said(text) : failed(text);
      }
      return failed(
        `a defect of agent-sessions-monitor: ${clean(error instanceof Error ? error.message : String(error))}`,
      );
    }
  });
  const transport = new StdioServerTransport();
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
    context.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.connect(transport);
  const receive = transport.onmessage;
  transport.onmessage = (message) => receive?.(tolerantly(message));
  await ended;
  const unfinished = work.unfinished();
  if (unfinished !== null) leaveLastWords(context, { ...unfinished, leftAt: context.now() });
  await work.close();
}

/** The order of a call: what the last one told has arrived; over is over; a turn that is used up is said. */
async function call(
  tool: Tool,
  server: { readonly context: Context; readonly world: MonitorWorld; readonly work: Work },
  given: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<string> {
  const { work } = server;
  await work.reader.arrived();
  const over = await work.over(signal);
  if (over !== null) return over;
  if (work.isTurnUsedUp()) {
    if (!(await work.hasOneTurn(signal))) return 'turn ends soon';
    const reason = 'the one turn that this Hermes gives a worker is used up';
    return work.onCard({}, (of) => work.end(of, { kind: 'completed', reason }));
  }
  const answer = await tool.run(server, given, signal);
  if (typeof answer === 'string') return answer;
  // The answer to a call that was cancelled goes nowhere.
  if (!signal.aborted) work.reader.told(answer.news, answer.shown);
  return answer.text;
}

/** What is wrong with the world, not with the call: three errors in a row and Hermes shuts the server out. */
function isCondition(error: AudienceError): boolean {
  return error instanceof RegistryError || error instanceof BoardError || error instanceof WatchedError;
}

/** Arguments that are no object are none. */
function tolerantly(message: JSONRPCMessage): JSONRPCMessage {
  if (!('method' in message) || message.method !== 'tools/call' || message.params === undefined) return message;
  const { arguments: given } = message.params;
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return message;
  return { ...message, params: { ...message.params, arguments: {} } };
}

function listed({ name, description, input }: Tool) {
  return { name, description, inputSchema: { type: 'object' as const, properties: { ...input } } };
}

function said(text: string) {
  return { content: [{ type: 'text' as const, text }] };
}

function failed(text: string) {
  return { isError: true, ...said(text) };
}
