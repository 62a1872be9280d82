import type { AgentFacts } from '../core/model/agent.ts';
import { codingAgents } from './index.ts';

/** The facts about every agent that the rest of the program needs, as data. */
export const agentFacts: readonly AgentFacts[] = codingAgents.map(({ facts }) => facts);
