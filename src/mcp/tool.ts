import * as z from 'zod';
import type { Call, NewsAnswer, WorkContext } from '../operations/work/work-call.ts';

/** One tool, as data: what a host and its model see of it, and what it does. */
export interface Tool {
  readonly name: string;
  /** For people, in lists of a host. */
  readonly title: string;
  /** For the model. */
  readonly description: string;
  readonly input: z.ZodObject;
  readonly annotations: Annotations;
  /**
   * Runs the tool.
   * @param given the input, which `input` parses first
   */
  run(context: WorkContext, given: unknown, call: Call): Promise<string | NewsAnswer>;
}

/** What a host may assume. Every tool is idempotent, and none reaches beyond this machine and its board. */
export interface Annotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: true;
  readonly openWorldHint: false;
}

interface ToolAbout<Shape extends z.ZodRawShape> extends Pick<Tool, 'name' | 'title' | 'description'> {
  /** It writes nothing: not the registry, not a card, not the log. */
  readonly readOnly: boolean;
  readonly input: Shape;
  run(context: WorkContext, given: z.infer<z.ZodObject<Shape>>, call: Call): Promise<string | NewsAnswer>;
}

export function makeTool<Shape extends z.ZodRawShape>(about: ToolAbout<Shape>): Tool {
  const { readOnly, input, run, ...shown } = about;
  const schema = z.object(input);
  return {
    ...shown,
    input: schema,
    annotations: { readOnlyHint: readOnly, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    run: (context, given, call) => run(context, schema.parse(given), call),
  };
}

/** Returns the schema for a host. It does not forbid unknown keys, so they stay harmless. */
export function inputSchema({ input }: Tool) {
  const { properties = {} } = z.toJSONSchema(input, { io: 'input' });
  return { type: 'object' as const, properties };
}

/** Returns the tool as `tools/list` shows it. */
export function listed(tool: Tool) {
  const { name, title, description, annotations } = tool;
  return { name, title, description, inputSchema: inputSchema(tool), annotations: { title, ...annotations } };
}
