import type { ServerEntry } from '../server-entry.ts';
import type { HermesContext } from '../hermes-home.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { askTools } from '../../system/ask-tools.ts';

/** A server that is not ready by then is missing for a worker's whole first turn; ms. */
const usualReadyMs = 2_000;
/** Long enough to tell slow from broken; ms. */
const deadlineMs = 15_000;

/**
 * Starts the MCP server as Hermes starts it, and asks for its tools. The server works on no card then.
 * @param readyMs how long it may take to show them; ms
 */
export async function checkAnswers(
  context: HermesContext,
  entry: ServerEntry,
  readyMs = usualReadyMs,
): Promise<Finding> {
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

/** Asks a server for its tools, in an environment as bare as Hermes gives it. */
function listTools({ env, home, signal }: HermesContext, entry: ServerEntry) {
  const fromWorker = Object.fromEntries(
    ['PATH', 'SHELL', 'TERM', 'LANG'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
  return askTools(entry, { env: { ...fromWorker, HOME: env['HOME'] ?? home }, signal, deadlineMs });
}
