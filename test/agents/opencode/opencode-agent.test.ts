import { expect, test } from 'vitest';
import { agentFacts } from '../../../src/agents/agent-facts.ts';
import { idsBy } from '../../../src/core/model/agent.ts';
import { agentProcessesIn } from '../../../src/agents/agent-processes.ts';
import { opencode } from '../../../src/agents/opencode/opencode-agent.ts';
import type { Entry } from '../../../src/core/model/entry.ts';
import type { Process } from '../../../src/core/model/observation.ts';
import { processesInPanes } from '../../../src/core/place/pane-tree.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import type { Drift } from '../../../src/core/model/drift.ts';
import { aPane, aProcess, aSession, aTree, aWorld, anEntry, defaultSocket, listed, trees } from '../../core/world.ts';

const id = 'ses_ddb6bd83cffeWb6Njl1mBAeNTr';
const name = 'shop-creator-opencode';

function entryWith(recorded: string | null): Entry {
  return anEntry(name, {
    agent: 'opencode',
    pane: null,
    ids: idsBy(agentFacts, (_path, { name: agent }) => (agent === 'opencode' ? recorded : undefined)),
  });
}

/** Plans for the session of that entry, in which that process runs; `null`: the session is gone. */
async function told(entry: Entry, process: Process | null): Promise<readonly Drift[]> {
  const sessions = process === null ? [] : [aSession(name, { panes: [aPane(process.pid)] })];
  const sockets = new Map([[defaultSocket, listed(sessions)]]);
  const panes = process === null ? new Map() : trees(aTree(process));
  const world = aWorld({ entries: [entry], observation: { sockets, panes }, looksAgain: 1 });
  const read = opencode.makeReader({ folders: ['/nowhere'], home: '/home/me' });
  const ids = entry.ids.flatMap(({ value }) => value ?? []);
  const none = { at: 0, recorded: [], resumable: [], roots: [], folders: [], titleOf: () => null };
  const processes = processesInPanes(world.observation);
  const { seen } = await read({ ...none, ids, processes, startOf: () => Promise.resolve(null) });
  const evidence = new Map([...world.observation.evidence, ['opencode', seen] as const]);
  const observation = {
    ...world.observation,
    evidence,
    agentProcesses: agentProcessesIn(processes, evidence, new Map()),
  };
  return plan({ ...world, observation }).drifts;
}

function running(...words: readonly string[]): Process {
  return aProcess(1001, { argv: ['opencode', ...words], exe: '/usr/bin/opencode' });
}

test('the id of its arguments is its own', async () => {
  expect(await told(entryWith(null), running('-s', id))).toMatchObject([
    { kind: 'session-id-materialized', message: expect.stringContaining(id), proof: 'arguments' },
  ]);
});

test('without one nothing proves what it runs, and its database is not asked', async () => {
  expect(await told(entryWith(null), running())).toEqual([]);
  expect(await told(entryWith(id), running())).toEqual([]);
});

test('a conversation that it recorded goes on by a line, though no file says that it is there', async () => {
  expect(await told(entryWith(id), null)).toMatchObject([
    { kind: 'session-gone', resume: `cd /home/me/lab && opencode -s ${id}` },
  ]);
});

test('no line leads on where no conversation is known', async () => {
  const [gone] = await told(entryWith(null), null);
  expect(gone).toMatchObject({ kind: 'session-gone' });
  expect(gone).not.toHaveProperty('resume');
});
