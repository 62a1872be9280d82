import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** The model of every Claude Code of the tests: it does what the prompt says. */
export interface ScriptedModel {
  readonly url: string;
  /** Lets the answers go on that wait for that name. */
  readonly release: (name: string) => void;
  readonly close: () => Promise<void>;
}

/**
 * Starts a server on loopback that speaks as much of Anthropic's Messages as Claude Code needs. What stands in the prompt
 * is done: `[until NAME]` holds the answer back until the test releases it, `[bash CMD]` calls the shell tool once; else it
 * says `ok: <prompt>`.
 */
export async function startModel(): Promise<ScriptedModel> {
  const released = new Set<string>();
  const events = new EventEmitter().setMaxListeners(0);
  const hold = async (name: string): Promise<void> => {
    while (!released.has(name)) await once(events, 'release');
  };
  const server = createServer((request, response) => {
    // A client that has gone away needs no answer.
    answer(request, response, hold).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.custom<AddressInfo>().parse(server.address());
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  const release = (name: string): void => {
    released.add(name);
    events.emit('release');
  };
  return { url: `http://127.0.0.1:${port}`, release, close };
}

const blocks = z.array(z.looseObject({ type: z.string(), text: z.string().optional() }));
const question = z.looseObject({
  model: z.string().default('scripted'),
  stream: z.boolean().default(false),
  tools: z.array(z.looseObject({ name: z.string() })).default([]),
  messages: z.array(z.looseObject({ role: z.string(), content: z.union([z.string(), blocks]) })).default([]),
});

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  hold: (name: string) => Promise<void>,
): Promise<void> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece;
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (path.endsWith('/count_tokens')) return asJson(response, { input_tokens: Math.ceil(text.length / 4) });
  if (!path.endsWith('/messages')) return asJson(response, {});
  const asked = question.parse(JSON.parse(text));
  const step = nextStep(asked);
  if (step.heldBy !== undefined) await hold(step.heldBy);
  const usage = { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  const head = { id: `msg_${randomUUID()}`, type: 'message', role: 'assistant', model: asked.model, usage };
  const reason = { stop_reason: step.block.type === 'tool_use' ? 'tool_use' : 'end_turn', stop_sequence: null };
  if (!asked.stream) return asJson(response, { ...head, ...reason, content: [step.block] });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const say = (type: string, more: object): void => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`);
  };
  say('message_start', { message: { ...head, stop_reason: null, stop_sequence: null, content: [] } });
  say('content_block_start', { index: 0, content_block: { ...step.block, ...step.empty } });
  say('content_block_delta', { index: 0, delta: step.delta });
  say('content_block_stop', { index: 0 });
  say('message_delta', { delta: reason, usage });
  say('message_stop', {});
  response.end();
}

function asJson(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

interface Step {
  readonly block: object & { readonly type: string };
  /** What of the block is not yet there when its stream begins. */
  readonly empty: object;
  readonly delta: object;
  readonly heldBy?: string | undefined;
}

/** Decides what the model does next about what the user typed last. */
function nextStep({ messages, tools }: z.infer<typeof question>): Step {
  let prompt = '';
  let results = 0;
  for (const { role, content } of messages) {
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
  // Claude Code asks for a title or a summary of the same text, without tools.
  if (!tools.some(({ name }) => name === 'Bash')) return sentence('a title');
  const command = /\[bash (.+)\]/s.exec(prompt)?.[1];
  if (command !== undefined) return results === 0 ? call(command) : sentence('done.');
  const heldBy = /\[until (\S+)\]/.exec(prompt)?.[1];
  return { ...sentence(`ok: ${prompt.split(/\s+/).join(' ').slice(0, 60)}`), heldBy };
}

function call(command: string): Step {
  const input = { command, description: 'scripted' };
  const delta = { type: 'input_json_delta', partial_json: JSON.stringify(input) };
  const block = { type: 'tool_use', id: `toolu_${randomUUID()}`, name: 'Bash', input };
  return { block, empty: { input: {} }, delta };
}

function sentence(text: string): Step {
  const block = { type: 'text', text };
  return { block, empty: { text: '' }, delta: { type: 'text_delta', text } };
}
