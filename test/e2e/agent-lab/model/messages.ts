import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Call, Protocol, ServerEvent, Step } from './protocol.ts';

const blocks = z.array(z.looseObject({ type: z.string(), text: z.string().optional() }));
const question = z.looseObject({
  model: z.string().default('scripted'),
  stream: z.boolean().default(false),
  tools: z.array(z.looseObject({ name: z.string() })).default([]),
  messages: z.array(z.looseObject({ role: z.string(), content: z.union([z.string(), blocks]) })).default([]),
});

/** Anthropic's Messages, of Claude Code. */
export const messages: Protocol = {
  path: '/messages',
  read: (body) => {
    const asked = question.parse(body);
    const hasShell = asked.tools.some(({ name }) => name === 'Bash');
    const waits = { question: [askedQuestion], plan: planOf(JSON.stringify(asked.messages)) };
    const shell = (command: string) => ({ name: 'Bash', input: { command, description: 'scripted' } });
    return { ...lastPrompt(asked), model: asked.model, stream: asked.stream, shell: hasShell ? shell : null, waits };
  },
  whole: (step, model) => ({ ...headOf(model), ...endOf(step), content: [blockOf(step)] }),
  events,
};

const askedQuestion: Call = {
  name: 'AskUserQuestion',
  input: {
    questions: [
      {
        question: 'Which color is the door?',
        header: 'Color',
        multiSelect: false,
        options: ['Red', 'Blue'].map((label) => ({ label, description: `The door is ${label}.` })),
      },
    ],
  },
};

/** In plan mode Claude Code names a file: it asks for an approval only if a plan stands there. */
function planOf(body: string): readonly Call[] {
  const path = /[^\s"\\]+\/plans\/[\w-]+\.md/.exec(body)?.[0];
  const write =
    path === undefined ? [] : [{ name: 'Write', input: { file_path: path, content: 'Paint the door red.' } }];
  return [...write, { name: 'ExitPlanMode', input: {} }];
}

function lastPrompt({ messages: all }: z.infer<typeof question>): {
  readonly prompt: string;
  readonly results: number;
} {
  let prompt = '';
  let results = 0;
  for (const { role, content } of all) {
    if (role !== 'user') continue;
    for (const block of typeof content === 'string' ? [{ type: 'text', text: content }] : content) {
      if (block.type === 'tool_result') results += 1;
      // Claude Code puts its reminders beside what the user typed.
      const typed = (block.text ?? '').replaceAll(/<system-reminder>.*?<\/system-reminder>/gs, '').trim();
      if (block.type !== 'text' || typed === '' || typed.startsWith('[Request interrupted')) continue;
      prompt = typed;
      results = 0;
    }
  }
  return { prompt, results };
}

const usage = { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };

function headOf(model: string): object {
  return { id: `msg_${randomUUID()}`, type: 'message', role: 'assistant', model, usage };
}

function endOf(step: Step): object {
  return { stop_reason: step.kind === 'call' ? 'tool_use' : 'end_turn', stop_sequence: null };
}

function blockOf(step: Step): object {
  if (step.kind === 'say') return { type: 'text', text: step.text };
  return { type: 'tool_use', id: `toolu_${randomUUID()}`, name: step.name, input: step.input };
}

function events(step: Step, model: string): readonly ServerEvent[] {
  const event = (type: string, more: object): ServerEvent => ({ name: type, data: { type, ...more } });
  const isText = step.kind === 'say';
  const empty = isText ? { text: '' } : { input: {} };
  const delta = isText
    ? { type: 'text_delta', text: step.text }
    : { type: 'input_json_delta', partial_json: JSON.stringify(step.input) };
  return [
    event('message_start', { message: { ...headOf(model), stop_reason: null, stop_sequence: null, content: [] } }),
    event('content_block_start', { index: 0, content_block: { ...blockOf(step), ...empty } }),
    event('content_block_delta', { index: 0, delta }),
    event('content_block_stop', { index: 0 }),
    event('message_delta', { delta: endOf(step), usage }),
    event('message_stop', {}),
  ];
}
