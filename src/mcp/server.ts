import { serverName } from '../core/words/server-name.ts';
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
import type { Context } from '../operations/context.ts';
import { answerCall, type CallAnswer } from './answer-call.ts';
import type { Call } from '../operations/work/work-call.ts';
import { listed } from './tool.ts';
import { tolerantInput } from './tolerant-input.ts';
import { tools } from './tools/index.ts';
import type { WorkContext } from '../operations/work/work-call.ts';
import { Work } from '../operations/work/work.ts';

export interface ServeOptions extends Pick<WorkContext, 'world'> {
  /**
   * Called when the server ends and the run that it was dispatched to goes on: another process must write the last
   * comment.
   */
  readonly leave: (run: { readonly card: string; readonly startedAt: number; readonly leftAt: number }) => void;
}

/** Serves the tools on stdin and stdout until stdin ends or the signal comes. */
export async function serve(context: Context, options: ServeOptions): Promise<void> {
  const { world, leave } = options;
  const work = new Work(world);
  const server = new Server({ name: serverName, version: context.version }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map(listed) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const signal = AbortSignal.any([extra.signal, context.signal]);
    const asked = { name: params.name, given: params.arguments ?? {} };
    return resultOf(await answerCall({ context, world, work }, asked, { signal, progress: progressOf(extra) }));
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
  await work.cards.close();
}

function resultOf({ text, isError }: CallAnswer) {
  return { content: [{ type: 'text' as const, text }], ...(isError ? { isError } : {}) };
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** Makes the function that reports progress. A lost report does not matter: the next one says it too. */
function progressOf({ _meta, sendNotification }: Extra): Call['progress'] {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return null;
  return (progress, total) => {
    const params = { progressToken, progress, total };
    void sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}
