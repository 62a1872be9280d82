import { expect, test } from 'vitest';
import type { Drift } from '../../../src/core/model/drift.ts';
import type { ClaudeObservation } from '../../../src/agents/claude/observation.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import {
  aProcess,
  aSession,
  aTranscript,
  aTree,
  aWorld,
  anEntry,
  claudeLook,
  defaultSocket,
  hour,
  hung,
  listed,
  now,
  opened,
  trees,
  type World,
} from '../world.ts';
import { socketAt } from '../../named.ts';

const name = 'lab-creator-claude';
const [idA, idB, idC] = ['a', 'b', 'c'].map((letter) => `${letter.repeat(8)}-0000-4000-8000-000000000000`);

/** Returns what a later pass says of a drift that stood alone in this one. */
function saidLater(world: World, later: World): string | null {
  const [stood]: readonly (Drift | undefined)[] = plan(aWorld(world)).drifts;
  if (stood === undefined) throw new Error('nothing stands');
  const [absent] = plan(aWorld({ ...later, ledger: opened(stood) })).absentDrifts;
  if (absent?.kind !== 'over') throw new Error('it is not over');
  return absent.message;
}

function transcriptsOf(...ids: (string | undefined)[]): Partial<ClaudeObservation> {
  // The transcripts are of a version without live records.
  const all = ids.map((id = '') => aTranscript(id, { version: null }));
  return { transcripts: new Map([['/home/me/lab', all]]), artifacts: new Map(all.map((one) => [one.id, one])) };
}

const here = { sockets: new Map([[defaultSocket, listed([aSession(name)])]]), panes: trees(aTree(aProcess(1001))) };

test('an ambiguity is settled where the id is proven, or a person wrote it: not by a third candidate, nor by the end', () => {
  const entries = [anEntry(name)];
  const terminated = [anEntry(name, { status: 'terminated' })];
  const two: World = { entries, observation: { ...here, claude: claudeLook(transcriptsOf(idA, idB)) } };
  const three: World = { entries, observation: { ...here, claude: claudeLook(transcriptsOf(idA, idB, idC)) } };
  const one: World = { entries, observation: { ...here, claude: claudeLook(transcriptsOf(idA)) } };
  expect(saidLater(two, one)).toBe(`${name}: its conversation is known again.`);
  expect(saidLater(two, three)).toBeNull();
  const killed = { sockets: new Map([[defaultSocket, listed([])]]), panes: trees() };
  expect(saidLater(two, { entries: terminated, observation: killed })).toBeNull();
  expect(saidLater(two, { entries: [] })).toBeNull();
});

test('a source answers again where it was asked and answered', () => {
  const entries = [anEntry(name, { socket: 'work' })];
  const path = socketAt('/tmp/tmux-1000/work');
  const formerMemory = { blind: { [`tmux:${path}`]: { since: now - hour, seen: now } } };
  const blind: World = { entries, observation: { ...here, sockets: new Map([[path, hung]]) }, formerMemory };
  const answered = { ...here, sockets: new Map([[path, listed([aSession(name)])]]) };
  expect(saidLater(blind, { entries, observation: answered })).toBe(
    `A source that was blind answers again: tmux:${path}.`,
  );
  const terminated = [anEntry(name, { socket: 'work', status: 'terminated' })];
  expect(saidLater(blind, { ...blind, entries: terminated })).toBeNull();
  expect(saidLater(blind, { entries: [], observation: here })).toBeNull();
});

test('a half typed entry reads again where it stands and can be read', () => {
  const typed = anEntry(name, { socket: 'work', status: null, halfTyped: 'is null' });
  const world = { entries: [typed] };
  const whole = anEntry(name, { socket: 'work', status: 'terminated' });
  expect(saidLater(world, { entries: [whole] })).toBe(`${name}: its entry reads again.`);
  expect(saidLater(world, { entries: [anEntry(name, { status: 'terminated' })] })).toBeNull();
  expect(saidLater(world, { entries: [{ ...typed, ignore: true }] })).toBeNull();
  expect(saidLater(world, { entries: [] })).toBeNull();
});
