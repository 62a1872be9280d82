import { expect, test } from 'vitest';
import { agentFacts } from '../../src/agents/agent-facts.ts';
import { looksLikeAgent } from '../../src/agents/agent-processes.ts';
import { codingAgents } from '../../src/agents/index.ts';
import { usualRegisterPattern } from '../../src/config/defaults.ts';
import { agentNamed, idsBy } from '../../src/core/model/agent.ts';
import { fileOf } from '../../src/core/model/conversation-file.ts';
import { currentId, idFields } from '../../src/core/model/id-fields.ts';
import { namedBy } from '../../src/core/place/newcomer.ts';
import { aProcess } from '../core/world.ts';

const settings = { agents: agentFacts, registerPattern: new RegExp(usualRegisterPattern(agentFacts)) };

test.each(codingAgents)('$facts.name is known wherever agents are told apart', ({ facts, launch }) => {
  const agent = facts.name;
  expect(agentNamed(agent, agentFacts)).toBe(agent);
  for (const word of facts.otherWords) expect(agentNamed(word.toUpperCase(), agentFacts)).toBe(agent);
  expect(namedBy(`shop-creator-${agent}`, settings)).toEqual({ workspace: 'shop', agent });
  expect(looksLikeAgent({ argv: [`/opt/bin/${agent}`], exe: null })).toBe(true);
  expect(launch(aProcess(1, { argv: [agent] }))).toMatchObject({ mode: 'interactive', id: null, job: null });

  expect(currentId({ agent, ids: idsBy(agentFacts, () => undefined) })).toBeNull();
  const ids = idsBy(agentFacts, (path) => path.join('.'));
  expect(idFields({ agent, ids }).map(({ path }) => path)).toEqual(facts.idPaths);
  expect(currentId({ agent, ids })).toBe(facts.idPaths.at(-1)?.join('.'));
});

test.each(codingAgents)('$facts.name knows no file of a conversation that is nowhere', async ({ makeReader }) => {
  const read = makeReader({ folders: ['/nowhere'], home: '/home/me' });
  const ask = { at: 0, ids: ['x'], recorded: [], resumable: [], roots: [], folders: [], processes: [] };
  const { seen } = await read({ ...ask, titleOf: () => null, startOf: () => Promise.resolve(null) });
  const file = 'known' in seen ? fileOf('x', seen.known) : null;
  expect(['missing', 'not looked for']).toContain(file?.kind);
});

test('a word that is no known agent names none', () => {
  expect(['aider', null, 'toString'].map((word) => agentNamed(word, agentFacts))).toEqual([null, null, null]);
});
