import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { chat } from './chat.ts';
import { generate } from './generate.ts';
import type { Asked, Call, Protocol, Step } from './protocol.ts';
import { messages } from './messages.ts';
import { responses } from './responses.ts';

/** The model of every agent of the tests: it does what the prompt says. */
export interface ScriptedModel {
  readonly url: string;
  /** Lets the answers go on that wait for that name. */
  readonly release: (name: string) => void;
  /** Decides whether an agent's last request held that text. */
  readonly heard: (text: string) => boolean;
  readonly close: () => Promise<void>;
}

const protocols: readonly Protocol[] = [messages, responses, chat, generate];

/**
 * Starts a server on loopback that speaks as much of each agent's protocol as that agent needs. What stands in the prompt
 * is done: `[until NAME]` holds the answer back until the test releases it, `[bash CMD]` calls the shell tool once,
 * `[call TOOL]` another tool, `[question]` and `[plan]` ask the user; else it says `ok: <prompt>`.
 */
export async function startModel(): Promise<ScriptedModel> {
  const released = new Set<string>();
  let last = '';
  const events = new EventEmitter().setMaxListeners(0);
  const hold = async (name: string): Promise<void> => {
    while (!released.has(name)) await once(events, 'release');
  };
  const server = createServer((request, response) => {
    // A client that has gone away needs no answer.
    answer(request, response, { hold, hear: (text) => void (last = text) }).catch(() => response.destroy());
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
  return { url: `http://127.0.0.1:${port}`, release, heard: (text) => last.includes(text), close };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { hold, hear }: { hold: (name: string) => Promise<void>; hear: (text: string) => void },
): Promise<void> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece;
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (path.endsWith('/count_tokens')) return asJson(response, { input_tokens: Math.ceil(text.length / 4) });
  hear(text);
  const protocol = protocols.find(({ path: end }) => path.endsWith(end));
  if (protocol === undefined) return asJson(response, {});
  const asked = protocol.read(JSON.parse(text), path);
  const { step, heldBy } = nextStep(asked);
  if (heldBy !== undefined) await hold(heldBy);
  if (!asked.stream) return asJson(response, protocol.whole(step, asked.model));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of protocol.events(step, asked.model)) {
    const name = event.name === null ? '' : `event: ${event.name}\n`;
    response.write(`${name}data: ${typeof event.data === 'string' ? event.data : JSON.stringify(event.data)}\n\n`);
  }
  response.end();
}

function asJson(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

/** Decides what the model does next about what the user typed last. */
function nextStep({ prompt, results, shell, waits }: Asked): {
  readonly step: Step;
  readonly heldBy?: string | undefined;
} {
  // Agents ask for a title or a summary of the same text, without tools.
  if (shell === null) return { step: { kind: 'say', text: 'a title' } };
  const calls = callsFor(prompt, shell, waits);
  if (calls.length > 0) {
    const call = calls[results];
    return { step: call === undefined ? { kind: 'say', text: 'done.' } : { kind: 'call', ...call } };
  }
  const text = `ok: ${prompt.split(/\s+/).join(' ').slice(0, 60)}`;
  return { step: { kind: 'say', text }, heldBy: /\[until (\S+)\]/.exec(prompt)?.[1] };
}

/** Returns the calls that the prompt asks for, in order. */
function callsFor(prompt: string, shell: NonNullable<Asked['shell']>, waits: Asked['waits']): readonly Call[] {
  const command = /\[bash (.+)\]/s.exec(prompt)?.[1];
  if (command !== undefined) return [shell(command)];
  const tool = /\[call (\S+)\]/.exec(prompt)?.[1] ?? toolNamedIn(prompt);
  if (tool !== undefined) return [{ name: tool, input: {} }];
  if (prompt.includes('[question]')) return waits?.question ?? [];
  return prompt.includes('[plan]') ? (waits?.plan ?? []) : [];
}

/** Returns the tool that a person asks for in words, as the README does, by the name that Claude Code gives it. */
function toolNamedIn(prompt: string): string | undefined {
  const [, tool, server] = /the (\w+) tool of (\w+)/.exec(prompt) ?? [];
  return tool === undefined ? undefined : `mcp__${server}__${tool}`;
}
