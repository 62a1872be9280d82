import type { AgentFacts } from '../core/model/agent.ts';
import { codingAgents } from './index.ts';

/** What the rest of the program must know of every agent, as data. */
export const agentFacts: readonly AgentFacts[] = codingAgents.map(({ facts }) => facts);
