import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HermesWorld } from './hermes-world.ts';
import { until } from './private-world.ts';

const script = fileURLToPath(new URL('hermes/scripted_llm.py', import.meta.url));
/** The tool's full name, as the skill names it. */
export const waitTool = 'mcp__agent_sessions_monitor__wait_for_drift';

/**
 * Makes a rule that ends the turn in prose after a wait: at that call of the model, or whenever the wait's answer is
 * that.
 */
export function endsTurn(at: number | string): object {
  const when = typeof at === 'number' ? { call: at } : { last_matches: at };
  return {
    name: `ends turn at ${at}`,
    when: { after_tool: waitTool, ...when },
    do: { say: 'Still watching, no comment asked to stop.' },
  };
}

/** Makes rules by which the model waits again and again, until the run is over. */
export function waits(seconds: number, before: readonly object[] = []): object {
  return {
    judge: [{ verdict: 'continue', reason: 'no comment asked to stop' }],
    rules: [
      { name: 'over', when: { last_matches: 'stopped: ' }, do: { say: 'stopped, as asked' } },
      ...before,
      { name: 'wait', when: { tool_offered: waitTool }, do: { call: waitTool, args: { max_seconds: `${seconds}` } } },
    ],
    default: { say: 'The wait_for_drift tool is missing.' },
  };
}

/** One call of the model: the request. */
export interface ModelCall {
  readonly kind: 'worker' | 'judge' | 'aux';
  readonly tools: readonly string[];
  /** Characters of its messages, and of the tools offered. */
  readonly chars: number;
  readonly tool_chars: number;
  /** The messages since its last answer. */
  readonly new: readonly { readonly text: string }[];
}

/**
 * Starts the model of that world's Hermes and writes the home's config.
 * @returns the calls so far
 */
export async function startModel(
  world: HermesWorld,
  rules: object,
  options: { /** Which of Hermes' own tools stand beside ours. */ readonly toolsets?: 'kanban' | 'all' } = {},
): Promise<() => readonly ModelCall[]> {
  const port = join(world.root, 'llm.port');
  const log = join(world.root, 'llm.jsonl');
  const file = world.file('llm.json', JSON.stringify(rules));
  world.startOther('python3', [script, '--port', '0', '--port-file', port, '--rules', file, '--log', log]);
  const listening = await until(
    'the scripted model',
    () => (existsSync(port) && readFileSync(port, 'utf8').trim()) || null,
  );
  const toolsets = options.toolsets === 'all' ? '' : 'platform_toolsets:\n  cli: [kanban]\n';
  world.file(
    'hermes-home/config.yaml',
    `# mine
model:
  provider: custom
  default: scripted
  base_url: http://127.0.0.1:${listening}/v1
  api_key: lab-key
  context_length: 200000
security:
  allow_lazy_installs: false
  tirith_enabled: false
# Tools that come later than this are missing for a whole turn; the default of 1.5 s is short on a busy machine.
mcp_discovery_timeout: 30
${toolsets}`,
  );
  const lines = (): readonly string[] => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : []);
  return () => lines().map((line) => JSON.parse(line));
}
