import { expect, test } from 'vitest';
import { noEvidence } from '../../../src/core/model/evidence.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import { aProcess, aSession, aTree, aWorld, anEntry, defaultSocket, listed, trees } from '../world.ts';

const path = '/home/me/.local/share/opencode';

test.each([
  ['whose conversations are files', new Map(), ['opencode']],
  ['whose conversations are looked for in no file', null, []],
] as const)('a missing folder hides something only of an agent %s', (_, artifacts, blind) => {
  const ids = [{ agent: 'opencode', path: ['agent_identities', 'opencode', 'session_id'], value: 'ses_1' }];
  const world = aWorld({
    entries: [anEntry('a', { agent: 'opencode', ids })],
    observation: {
      sockets: new Map([[defaultSocket, listed([aSession('a')])]]),
      panes: trees(aTree(aProcess(1001, { argv: ['opencode'], exe: '/usr/bin/opencode' }))),
    },
  });
  const folders = [{ path, exists: false, keepsRecords: false, cleanup: null }];
  const evidence = new Map([
    ...world.observation.evidence,
    ['opencode', { known: { ...noEvidence, folders, artifacts } }],
  ]);
  const made = plan({ ...world, observation: { ...world.observation, evidence } });
  expect(made.blind.map(({ source }) => source)).toEqual(blind);
});
