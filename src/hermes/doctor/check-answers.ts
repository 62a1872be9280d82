import * as z from 'zod';
import type { ServerEntry } from '../mcp-entry.ts';
import { withoutTemplates } from '../../system/set-variable.ts';
import type { HermesContext } from '../hermes-home.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { jsonIn } from '../../system/json.ts';

/** A server that is not ready by then is missing for a worker's whole first turn; ms. */
const readyMs = 2_000;
/** Long enough to tell slow from broken; ms. */
const deadlineMs = 15_000;

const id = 'tools';
const requests = [
  {
    id: 'start',
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'asm-doctor', version: '1' } },
  },
  { method: 'notifications/initialized' },
  { id, method: 'tools/list' },
];
const answerSchema = z.object({ id: z.literal(id), result: z.object({ tools: z.array(z.unknown()) }) });

/** Starts the MCP server as Hermes starts it, and asks for its tools. The server works on no card then. */
export async function checkAnswers(context: HermesContext, entry: ServerEntry): Promise<Finding> {
  const answer = await listTools(context, entry);
  if (answer === null)
    return bad(
      'hermes-entry-answers',
      'the MCP server does not answer',
      'start it by hand and read what it says: asm mcp </dev/null',
    );
  const { tools, ms } = answer;
  if (ms <= readyMs) return good('hermes-entry-answers', `the MCP server showed its ${tools} tools in ${ms} ms`);
  return bad(
    'hermes-entry-answers',
    `the MCP server took ${ms} ms: a worker's first turn may go without its tools`,
    'hermes config set mcp_discovery_timeout 10',
  );
}

/**
 * Asks a server for its tools.
 * @returns how many, and after how long; `null`: no answer
 */
async function listTools(
  { env, home, signal }: HermesContext,
  entry: ServerEntry,
): Promise<{ readonly tools: number; readonly ms: number } | null> {
  const { execa } = await import('execa');
  const fromWorker = Object.fromEntries(
    ['PATH', 'SHELL', 'TERM', 'LANG'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
  const began = performance.now();
  const server = execa(entry.command, entry.args, {
    env: { ...fromWorker, HOME: env['HOME'] ?? home, ...withoutTemplates(entry.env) },
    extendEnv: false,
    stderr: 'ignore',
    reject: false,
    cleanup: false,
    cancelSignal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
    killSignal: 'SIGKILL',
  });
  const lines = requests.map((request) => `${JSON.stringify({ jsonrpc: '2.0', ...request })}\n`);
  server.stdin.write(lines.join(''));
  // The server ends with its stdin.
  for await (const line of server) {
    const tools = toolsIn(line);
    if (tools === null) continue;
    const ms = Math.round(performance.now() - began);
    server.stdin.end();
    return { tools, ms };
  }
  return null;
}

function toolsIn(line: string): number | null {
  return answerSchema.safeParse(jsonIn(line)).data?.result.tools.length ?? null;
}
