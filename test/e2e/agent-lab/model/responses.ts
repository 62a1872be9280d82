import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { textOf, type Asked, type Protocol, type ServerEvent, type Step } from './protocol.ts';

const part = z.looseObject({ type: z.string().optional(), text: z.string().optional() });
const item = z.looseObject({
  type: z.string().optional(),
  role: z.string().optional(),
  content: z.union([z.string(), z.array(part)]).nullish(),
});
const question = z.looseObject({
  model: z.string().default('scripted'),
  stream: z.boolean().default(false),
  tools: z.array(z.looseObject({ name: z.string().optional() })).default([]),
  input: z.array(item).default([]),
});

/** OpenAI's Responses, of Codex. */
export const responses: Protocol = {
  path: '/responses',
  read: (body) => {
    const { model, stream, tools, input } = question.parse(body);
    return { ...lastPrompt(input), model, stream, shell: shellAmong(tools) };
  },
  whole: (step, model) => completed(itemOf(step), model),
  events,
};

function lastPrompt(input: readonly z.infer<typeof item>[]): { readonly prompt: string; readonly results: number } {
  const typed = input.map(({ role, content }) => (role === 'user' ? textOf(content).trim() : ''));
  // Codex puts its instructions and its environment beside what the user typed, as the user's.
  const last = typed.findLastIndex((text) => text !== '' && !/^(<|# AGENTS)/.test(text));
  const results = input.slice(last + 1).filter(({ type }) => type?.endsWith('_call_output') === true).length;
  return { prompt: typed[last] ?? '', results };
}

/** It asks for more than the sandbox allows, so that Codex asks its user. */
function shellAmong(tools: readonly { readonly name?: string | undefined }[]): Asked['shell'] {
  const name = 'exec_command';
  if (!tools.some((tool) => tool.name === name)) return null;
  return (cmd) => ({ name, input: { cmd, sandbox_permissions: 'require_escalated', justification: 'scripted' } });
}

function itemOf(step: Step): object {
  if (step.kind === 'say') {
    const content = [{ type: 'output_text', text: step.text, annotations: [] }];
    return { type: 'message', id: `msg_${randomUUID()}`, role: 'assistant', status: 'completed', content };
  }
  const call = { call_id: `call_${randomUUID()}`, arguments: JSON.stringify(step.input) };
  return { type: 'function_call', id: `fc_${randomUUID()}`, status: 'completed', ...named(step.name), ...call };
}

/** Tools of an MCP server stand in a namespace: `mcp__<server>__<tool>` is the tool of that server. */
function named(name: string): { readonly name: string; readonly namespace?: string } {
  const [, namespace, tool] = /^(mcp__.+)__(.+)$/.exec(name) ?? [];
  return namespace === undefined || tool === undefined ? { name } : { namespace, name: tool };
}

function completed(output: object, model: string): object {
  const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
  return { id: `resp_${randomUUID()}`, object: 'response', model, status: 'completed', output: [output], usage };
}

function events(step: Step, model: string): readonly ServerEvent[] {
  const event = (type: string, more: object): ServerEvent => ({ name: type, data: { type, ...more } });
  const output = itemOf(step);
  const response = completed(output, model);
  return [
    event('response.created', { response: { ...response, status: 'in_progress', output: [] } }),
    event('response.output_item.done', { output_index: 0, item: output }),
    event('response.completed', { response }),
  ];
}
