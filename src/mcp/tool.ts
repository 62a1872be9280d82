import * as z from 'zod';
import type { Context } from '../operations/context.ts';
import type { WatchWorld } from '../watch/watch-world.ts';
import type { News } from '../tell/news.ts';
import type { Work } from './work.ts';

/** One tool, as data: what a host and its model see of it, and what it does. */
export interface Tool {
  readonly name: string;
  /** For people, in lists of a host. */
  readonly title: string;
  /** For the model. */
  readonly description: string;
  readonly input: z.ZodObject;
  readonly annotations: Annotations;
  /** @param given read by `input` first */
  run(server: ToolServer, given: unknown, call: Call): Promise<string | Told>;
}

/** What a host may assume; `idempotentHint` is every tool's, and none reaches out of this machine and its board. */
export interface Annotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: true;
  readonly openWorldHint: false;
}

interface ToolAbout<Shape extends z.ZodRawShape> extends Pick<Tool, 'name' | 'title' | 'description'> {
  /** Writes nothing: not the registry, not a card, not the log. */
  readonly readOnly: boolean;
  readonly input: Shape;
  run(server: ToolServer, given: z.infer<z.ZodObject<Shape>>, call: Call): Promise<string | Told>;
}

export function makeTool<Shape extends z.ZodRawShape>(about: ToolAbout<Shape>): Tool {
  const { readOnly, input, run, ...shown } = about;
  const schema = z.object(input);
  return {
    ...shown,
    input: schema,
    annotations: { readOnlyHint: readOnly, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    run: (server, given, call) => run(server, schema.parse(given), call),
  };
}

/** As a host reads it. Unknown keys stay harmless: nothing says that there may be none. */
export function inputSchema({ input }: Tool) {
  const { properties = {} } = z.toJSONSchema(input, { io: 'input' });
  return { type: 'object' as const, properties };
}

/** Returns the tool as `tools/list` shows it. */
export function listed(tool: Tool) {
  const { name, title, description, annotations } = tool;
  return { name, title, description, inputSchema: inputSchema(tool), annotations: { title, ...annotations } };
}

/** One call of a tool. */
export interface Call {
  readonly signal: AbortSignal;
  /** Says how far it is, in seconds; `null`: the client asked for no progress. */
  readonly progress: ((done: number, total: number) => void) | null;
}

/** An answer that tells news: what of them it shows. */
export interface Told {
  readonly text: string;
  readonly news: News;
  readonly shown: Pick<News, 'opened' | 'resolved'>;
}

export interface ToolServer {
  readonly context: Context;
  readonly world: Pick<WatchWorld, 'env' | 'ports' | 'settings'>;
  readonly work: Work;
}
