import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { AudienceError, BoardError, errorLines, RegistryError, WatchedError } from '../errors.ts';
import type { Context } from '../operations/context.ts';
import { clean } from '../core/words/text.ts';
import { inputSchema, type Call, type Tool, type ToolServer } from './tool.ts';
import { tolerantInput } from './tolerant-input.ts';
import { tools } from './tools/index.ts';
import { messageOf } from '../system/errno.ts';
import { Work, type WorkOptions } from './work.ts';

const endedBySignal = 'this server was ended by a signal: nothing is lost, the next call goes on from here';

export interface ServeOptions extends WorkOptions {
  /** The server goes, and the run that it was dispatched to goes on: another process is to have the last word on it. */
  readonly leave: (run: { readonly card: string; readonly startedAt: number; readonly leftAt: number }) => void;
}

/** Serves the tools on stdin and stdout until stdin ends or the signal comes. */
export async function serve(context: Context, options: ServeOptions): Promise<void> {
  const { world, cards, leave } = options;
  const work = new Work(options);
  const server = new Server(
    { name: 'agent_sessions_monitor', version: context.version },
    { capabilities: { tools: {} } },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map(listed) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (tool === undefined)
      return failed(`there is no tool ${clean(params.name)}; there are ${tools.map(({ name }) => name).join(', ')}`);
    try {
      const signal = AbortSignal.any([extra.signal, context.signal]);
      const given = params.arguments ?? {};
      return said(await answer(tool, { context, world, work }, given, { signal, progress: progressOf(extra) }));
    } catch (error) {
      // What is broken off by our own end has failed at nothing.
      if (context.signal.aborted) return said(endedBySignal);
      if (error instanceof AudienceError) {
        const text = errorLines(error).map(clean).join('\n');
        return isCondition(error) ? said(text) : failed(text);
      }
      return failed(`a defect of agent-sessions-monitor: ${clean(messageOf(error))}`);
    }
  });
  const input = tolerantInput((id) => {
    const error = { code: ErrorCode.InvalidRequest, message: 'this request is not one of the protocol' };
    void transport.send({ jsonrpc: '2.0', id, error });
  });
  const transport = new StdioServerTransport(process.stdin.pipe(input));
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
    context.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.connect(transport);
  await ended;
  const unfinished = work.unfinished();
  if (unfinished !== null) leave({ ...unfinished, leftAt: context.now() });
  await cards.close();
}

/** The order of a call: what the last one told has arrived; over is over; a turn that is used up is said. */
async function answer(tool: Tool, server: ToolServer, given: unknown, call: Call): Promise<string> {
  const { work } = server;
  const { signal } = call;
  await work.reader.arrived();
  const over = await work.over(signal);
  if (over !== null) return over;
  const turnEnds = await work.turnEnds(signal);
  if (turnEnds !== null) return turnEnds;
  const told = await tool.run(server, given, call);
  if (typeof told === 'string') return told;
  // The answer to a call that was cancelled goes nowhere.
  if (!signal.aborted) work.reader.told(told.news, told.shown);
  return told.text;
}

/** What is wrong with the world, not with the call: three errors in a row and a host (Hermes) shuts the server out. */
function isCondition(error: AudienceError): boolean {
  return error instanceof RegistryError || error instanceof BoardError || error instanceof WatchedError;
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** A progress that does not arrive is no matter: the next one says it too. */
function progressOf({ _meta, sendNotification }: Extra): Call['progress'] {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return null;
  return (progress, total) => {
    const params = { progressToken, progress, total };
    void sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}

function listed(tool: Tool) {
  const { name, title, description, annotations } = tool;
  return { name, title, description, inputSchema: inputSchema(tool), annotations: { title, ...annotations } };
}

function said(text: string) {
  return { content: [{ type: 'text' as const, text }] };
}

function failed(text: string) {
  return { isError: true, ...said(text) };
}
