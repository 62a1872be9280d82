import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { textOf, type Protocol, type ServerEvent, type Step } from './protocol.ts';

const part = z.looseObject({ type: z.string().optional(), text: z.string().optional() });
const question = z.looseObject({
  model: z.string().default('scripted'),
  stream: z.boolean().default(false),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).default([]),
  messages: z
    .array(z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(part)]).nullish() }))
    .default([]),
});

/** OpenAI's Chat Completions, of opencode. */
export const chat: Protocol = {
  path: '/chat/completions',
  read: (body) => {
    const { model, stream, tools, messages } = question.parse(body);
    const last = messages.findLastIndex(({ role }) => role === 'user');
    const hasShell = tools.some((tool) => tool.function.name === 'bash');
    return {
      model,
      stream,
      prompt: textOf(messages[last]?.content).trim(),
      results: messages.slice(last + 1).filter(({ role }) => role === 'tool').length,
      shell: hasShell ? (command) => ({ name: 'bash', input: { command, description: 'scripted' } }) : null,
    };
  },
  whole: (step, model) => ({
    ...headOf('chat.completion', model),
    usage,
    choices: [{ index: 0, message: { role: 'assistant', ...saidIn(step) }, finish_reason: reasonOf(step) }],
  }),
  events,
};

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

function headOf(object: string, model: string): object {
  return { id: `chatcmpl-${randomUUID()}`, object, created: Math.floor(Date.now() / 1000), model };
}

function saidIn(step: Step): object {
  if (step.kind === 'say') return { content: step.text };
  const { name, input } = step;
  const call = { index: 0, id: `call_${randomUUID()}`, type: 'function' };
  return { tool_calls: [{ ...call, function: { name, arguments: JSON.stringify(input) } }] };
}

function reasonOf(step: Step): string {
  return step.kind === 'call' ? 'tool_calls' : 'stop';
}

function events(step: Step, model: string): readonly ServerEvent[] {
  const head = headOf('chat.completion.chunk', model);
  const chunk = (delta: object, finish: string | null, more: object = {}): ServerEvent => {
    return { name: null, data: { ...head, choices: [{ index: 0, delta, finish_reason: finish }], ...more } };
  };
  return [
    chunk({ role: 'assistant', content: '' }, null),
    chunk(saidIn(step), null),
    chunk({}, reasonOf(step), { usage }),
    { name: null, data: '[DONE]' },
  ];
}
