import { expect, test } from 'vitest';
import { currentId, idFields, newIdPath } from '../../src/core/agent/id-fields.ts';
import { agentNamed, agents, looksLikeAgent } from '../../src/core/agent/index.ts';
import { agentNames, idsBy } from '../../src/core/model/entry.ts';
import { namedBy } from '../../src/core/place/candidate.ts';
import { defaults } from '../../src/config/defaults.ts';
import { anObservation } from '../core/world.ts';

test.each(agentNames)('%s is known wherever agents are told apart', (agent) => {
  const kind = agents[agent];
  expect(agentNamed(agent)).toBe(agent);
  expect(namedBy(`shop-creator-${agent}`, new RegExp(defaults.registerPattern))).toEqual({ workspace: 'shop', agent });
  expect(looksLikeAgent({ argv: [`/opt/bin/${agent}`], exe: null })).toBe(true);
  expect(kind.filesIn(anObservation())).toHaveProperty('known');
  expect(kind.resumeCommand({ path: '/x/an id.y', size: 1, mtime: 0 }, anObservation())).toMatch(/^\w+ --\w+ 'an id'$/);

  const nothing = idsBy(() => undefined);
  expect(currentId({ agent, ids: nothing })).toBeNull();
  const ids = idsBy((path) => path.join('.'));
  expect(idFields({ agent, ids })[0]?.path).toEqual(newIdPath(agent));
});

test('a word that is no agent of ours names none', () => {
  expect([agentNamed('aider'), agentNamed(null), agentNamed('toString')]).toEqual([null, null, null]);
});
