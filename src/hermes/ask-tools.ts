import * as z from 'zod';
import { askJsonRpc, type Dialogue } from '../system/ask-json-rpc.ts';
import type { ServerEntry } from './server-entry.ts';

const messages = [
  {
    id: 'start',
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'asm-doctor', version: '1' } },
  },
  { method: 'notifications/initialized' },
  { id: 'tools', method: 'tools/list' },
];
const result = z.object({ tools: z.array(z.unknown()) });

/**
 * Starts an MCP server as an entry says, and asks for its tools.
 * @returns how many, and after how long; `null`: no answer
 */
export async function askTools(
  { command, args, env }: Omit<ServerEntry, 'timeout'>,
  options: Pick<Dialogue<unknown>, 'env' | 'signal' | 'deadlineMs'>,
): Promise<{ readonly tools: number; readonly ms: number } | null> {
  const answer = await askJsonRpc(command, args, {
    ...options,
    env: { ...options.env, ...env },
    isThisProgram: true,
    messages,
    result,
  });
  return answer === null ? null : { tools: answer.result.tools.length, ms: answer.ms };
}
