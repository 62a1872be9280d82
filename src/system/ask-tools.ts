import * as z from 'zod';
import { askJsonRpc, type Dialogue } from './ask-json-rpc.ts';

/** How a host starts an MCP server. */
interface ServerStart {
  readonly command: string;
  readonly args: readonly string[];
  /** Variables beside those of the host. */
  readonly env: Readonly<Record<string, string>>;
}

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
 * Starts an MCP server as its host does, and asks for its tools.
 * @returns how many, and after how long; `null`: no answer
 */
export async function askTools(
  { command, args, env }: ServerStart,
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
