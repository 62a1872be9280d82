import * as z from 'zod';
import { missingDescriptors } from './call-program.ts';
import { leaveGoneFolder } from './current-folder.ts';
import { withoutSecrets } from './secret-variables.ts';
import { withoutTemplates } from './set-variable.ts';
import { jsonIn } from './json.ts';

export interface Dialogue<Result> {
  /** This program's own secrets are left out, unless it is this program that is asked. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isThisProgram?: boolean;
  /** What is sent, in order; the last one is the question. */
  readonly messages: readonly JsonRpcMessage[];
  /** The result of the answer to the question. */
  readonly result: z.ZodType<Result>;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly cwd?: string;
}

interface JsonRpcMessage {
  /** Absent: a notification. */
  readonly id?: number | string;
  readonly method: string;
  readonly params?: object;
}

/**
 * Starts a program that speaks JSON-RPC on stdin and stdout, a message a line, and asks it one thing.
 * @returns what it answered, and after how long; `null`: no such answer
 */
export async function askJsonRpc<Result>(
  program: string,
  args: readonly string[],
  { env, isThisProgram = false, messages, result, deadlineMs, signal, cwd }: Dialogue<Result>,
): Promise<{ readonly result: Result; readonly ms: number } | null> {
  if (missingDescriptors() !== null) return null;
  const { execa } = await import('execa');
  leaveGoneFolder();
  const began = performance.now();
  const server = execa(program, args, {
    env: { ...withoutTemplates(isThisProgram ? env : withoutSecrets(env)) },
    extendEnv: false,
    stderr: 'ignore',
    reject: false,
    cleanup: false,
    cancelSignal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
    killSignal: 'SIGKILL',
    ...(cwd === undefined ? {} : { cwd }),
  });
  const answerSchema = z.object({ id: z.literal(messages.at(-1)?.id), result });
  server.stdin.on('error', () => undefined);
  server.stdin.write(messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join(''));
  // The server ends with its stdin.
  for await (const line of server) {
    const answer = answerSchema.safeParse(jsonIn(line)).data;
    if (answer === undefined) continue;
    const ms = Math.round(performance.now() - began);
    server.stdin.end();
    return { result: answer.result, ms };
  }
  return null;
}
