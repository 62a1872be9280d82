import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HermesWorld } from '../hermes-world.ts';
import { until } from '../private-world.ts';

const program = fileURLToPath(new URL('scripted_llm.py', import.meta.url));

/** One call of the model, as it was asked. */
export interface ModelCall {
  readonly kind: 'worker' | 'judge' | 'aux';
  readonly tools: readonly string[];
  /** Characters of its messages, and of the tools offered. */
  readonly chars: number;
  readonly tool_chars: number;
}

/** Starts a model that answers by rules, and makes it the world's. @returns what it was asked so far */
export async function startModel(world: HermesWorld, rules: object): Promise<() => readonly ModelCall[]> {
  const port = join(world.root, 'llm.port');
  const log = join(world.root, 'llm.jsonl');
  const file = world.file('rules.json', JSON.stringify(rules));
  world.startOther('python3', [program, '--port', '0', '--port-file', port, '--rules', file, '--log', log]);
  const listening = await until('the scripted model', () => existsSync(port) && readFileSync(port, 'utf8').trim());
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
`,
  );
  return () =>
    existsSync(log)
      ? readFileSync(log, 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line))
      : [];
}
