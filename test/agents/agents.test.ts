import { expect, test } from 'vitest';
import { looksLikeAgent } from '../../src/agents/agent-processes.ts';
import { codingAgents } from '../../src/agents/index.ts';
import { defaults } from '../../src/config/defaults.ts';
import { agentNamed, agents } from '../../src/core/model/agent.ts';
import { idsBy } from '../../src/core/model/entry.ts';
import { currentId, idFields, newIdPath } from '../../src/core/model/id-fields.ts';
import { namedBy } from '../../src/core/place/candidate.ts';
import { aProcess, agyLook, anObservation, claudeLook } from '../core/world.ts';

test.each(codingAgents)('$name is known wherever agents are told apart', ({ name: agent, launch }) => {
  expect(agents[agent].name).toBe(agent);
  expect(agentNamed(agent)).toBe(agent);
  expect(namedBy(`shop-creator-${agent}`, new RegExp(defaults.registerPattern))).toEqual({ workspace: 'shop', agent });
  expect(looksLikeAgent({ argv: [`/opt/bin/${agent}`], exe: null })).toBe(true);
  expect(launch(aProcess(1, { argv: [agent] }))).toMatchObject({ mode: 'interactive', id: null, job: null });

  const nothing = idsBy(() => undefined);
  expect(currentId({ agent, ids: nothing })).toBeNull();
  const ids = idsBy((path) => path.join('.'));
  expect(idFields({ agent, ids })[0]?.path).toEqual(newIdPath(agent));
});

test.each(codingAgents)('$name says of a conversation that is nowhere that it is nowhere', async ({ makeReader }) => {
  const read = makeReader({ folders: ['/nowhere'], home: '/home/me' });
  const ask = { at: 0, ids: ['x'], recorded: [], resumable: [], roots: [], folders: [], processes: [] };
  const { seen } = await read({ ...ask, startOf: () => Promise.resolve(null) });
  expect(seen).toMatchObject({ known: { artifacts: new Map([['x', null]]), resume: new Map() } });
});

test('a word that is no agent of ours names none', () => {
  expect([agentNamed('aider'), agentNamed(null), agentNamed('toString')]).toEqual([null, null, null]);
});

test('a conversation goes on by the name of its file, quoted for a shell', () => {
  const artifacts = new Map([['id', { path: '/x/an id.y', size: 1, mtime: 0 }]]);
  const { evidence } = anObservation({ claude: claudeLook({ artifacts }), agy: agyLook({ artifacts }) });
  for (const { name } of codingAgents) {
    const seen = evidence.get(name);
    expect(seen !== undefined && 'known' in seen && seen.known.resume.get('id')).toMatch(/^\w+ --\w+ 'an id'$/);
  }
});
