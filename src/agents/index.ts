import type { CodingAgent } from './agent.ts';
import { agy } from './agy/agy-agent.ts';
import { claude } from './claude/claude-agent.ts';
import { codex } from './codex/codex-agent.ts';
import { opencode } from './opencode/opencode-agent.ts';

/** Every known agent. */
export const codingAgents: readonly CodingAgent[] = [claude, agy, codex, opencode];
