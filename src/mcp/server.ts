import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { AudienceError } from '../errors.ts';
import type { Context } from '../operations/context.ts';
import type { MonitorWorld } from '../run/monitor.ts';
import { clean } from '../core/text.ts';
import { tools, type Tool } from './tools.ts';
import { makeWork, type Work } from './work.ts';

/** Serves the tools on stdin and stdout until stdin ends or the signal comes. */
export async function serve(context: Context, world: MonitorWorld): Promise<void> {
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
      const text = await call(
        tool,
        { context, world, work },
        params.arguments ?? {},
        AbortSignal.any([signal, context.signal]),
      );
      return { content: [{ type: 'text', text }] };
    } catch (error) {
      if (error instanceof AudienceError) return failed([error.message, error.cure].map(clean).join('\n'));
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
  await ended;
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
  await work.arrived();
  const over = work.over();
  if (over !== null) return over;
  if (work.isTurnUsedUp()) {
    if (!(await work.hasOneTurn(signal))) return 'turn ends soon';
    const reason = 'the one turn that this Hermes gives a worker is used up';
    return work.end(await work.card({}, signal), { kind: 'completed', reason });
  }
  return tool.run(server, given, signal);
}

function listed({ name, description, input }: Tool) {
  return { name, description, inputSchema: { type: 'object' as const, properties: { ...input } } };
}

function failed(text: string) {
  return { isError: true, content: [{ type: 'text' as const, text }] };
}
