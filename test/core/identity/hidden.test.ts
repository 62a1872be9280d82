import { expect, test } from 'vitest';
import type { Plan } from '../../../src/core/model/plan.ts';
import type { ClaudeObservation } from '../../../src/agents/claude/observation.ts';
import type { Unreadable } from '../../../src/core/model/evidence.ts';
import { emptyMemory } from '../../../src/core/model/memory.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import {
  aPane,
  aProcess,
  aSession,
  aTree,
  aWorld,
  anEntry,
  claudeLive,
  claudeLook,
  defaultSocket,
  listed,
  now,
  trees,
  type World,
  opened,
  over,
  undecided,
  idsOf,
} from '../world.ts';

const [one, two, three] = ['11111111', '22222222', '33333333'].map((word) => `${word}-0000-4000-8000-000000000000`) as [
  string,
  string,
  string,
];
const folder = '/home/me/.claude/projects/-root-x';
const closed = (path: string, hides: Unreadable['hides']): Unreadable => ({
  path,
  hides,
  reason: 'may not be read (EACCES)',
  cure: `give ${path} to the user who runs this, or move it away`,
});
const anyConversation = closed(folder, { kind: 'conversations', id: null });
const artifact = (id: string) => [id, { path: `/t/${id}.jsonl`, size: 1, mtime: now }] as const;

/** Plans for three sessions, each with a Claude: their recorded ids, and the answer of Claude's files. */
function planned(
  ids: readonly (string | null)[],
  look: Partial<ClaudeObservation>,
  { formerMemory = emptyMemory, ledger = {} }: Pick<World, 'formerMemory' | 'ledger'> = {},
): Plan {
  const pids = ids.map((_, index) => 1001 + index);
  const sessions = pids.map((pid) => aSession(`s${pid}`, { id: `$${pid}`, panes: [aPane(pid)] }));
  return plan(
    aWorld({
      entries: ids.map((own, index) => {
        const pane = { pid: 1001 + index, cmd: 'claude', cwd: '/home/me/lab' };
        return anEntry(`s${1001 + index}`, { ids: idsOf({ own }), pane });
      }),
      observation: {
        sockets: new Map([[defaultSocket, listed(sessions)]]),
        panes: trees(...pids.map((pid) => aTree(aProcess(pid)))),
        claude: claudeLook(look),
      },
      formerMemory,
      ledger,
    }),
  );
}

const unknown = { artifacts: new Map([artifact(one), [three, null] as const]), unreadable: [anyConversation] };

test('an id that could lie in what cannot be read is not called stale; the others are seen', () => {
  const { drifts, blind, verdicts } = planned([one, two, three], unknown);
  expect(drifts.map(({ kind, session }) => [kind, session])).toEqual([['artifact-missing', 's1003']]);
  expect(blind).toEqual([expect.objectContaining({ source: `claude:${folder}`, reason: anyConversation.reason })]);
  const said = verdicts.map(({ evidence }) => evidence.find(({ source }) => source.startsWith('claude:'))?.said);
  expect(said).toEqual([undefined, 'may not be read (EACCES): its conversation could lie there', undefined]);
});

test('an unreadable path is no blindness if no entry needs it', () => {
  expect(planned([one, null], { ...unknown, live: new Map([[1002, claudeLive(1002, two)]]) }).blind).toEqual([]);
});

test('an id that is proven and lies elsewhere is written', () => {
  const live = new Map([[1001, claudeLive(1001, one)]]);
  const { drifts } = planned([null], { ...unknown, live });
  expect(drifts.map(({ kind }) => kind)).toEqual(['session-id-materialized']);
  const isHidden = { live: new Map([[1001, claudeLive(1001, two)]]), ...unknown };
  expect(planned([null], isHidden).drifts).toEqual([]);
});

test.each([
  ['its own', 1001],
  ['all of them', null],
])('a record that cannot be read (%s) leaves what it runs unproven, whatever its arguments say', (_, pid) => {
  const path = pid === null ? '/home/me/.claude/sessions' : `/home/me/.claude/sessions/${pid}.json`;
  const unreadable = [closed(path, { kind: 'records', pid })];
  const { drifts, blind } = plan(
    aWorld({
      entries: [anEntry('shop')],
      observation: {
        sockets: new Map([[defaultSocket, listed([aSession('shop')])]]),
        panes: trees(aTree(aProcess(1001, { argv: ['claude', '--resume', one] }))),
        claude: claudeLook({ artifacts: new Map([artifact(one)]), unreadable }),
      },
    }),
  );
  expect(drifts).toEqual([]);
  expect(blind.map(({ source }) => source)).toEqual([`claude:${path}`]);
});

test("a record of another process that cannot be read is that one's alone", () => {
  const unreadable = [closed('/home/me/.claude/sessions/7.json', { kind: 'records', pid: 7 })];
  const live = new Map([[1001, claudeLive(1001, one)]]);
  const { drifts, blind } = planned([null], { live, artifacts: new Map([artifact(one)]), unreadable });
  expect([drifts.map(({ kind }) => kind), blind]).toEqual([['session-id-materialized'], []]);
});

test('a stale id that was told stays open while its file could lie in what cannot be read, and sight returning is told', () => {
  const missing = planned([two], { artifacts: new Map([[two, null]]) }).drifts[0];
  if (missing === undefined) throw new Error('nothing is missing');
  const hidden = planned([two], { ...unknown, artifacts: new Map() }, { ledger: opened(missing) });
  expect(hidden.absentDrifts).toEqual(undecided);

  const blind = hidden.nextMemory.blind;
  expect(Object.keys(blind)).toEqual([`claude:${folder}`]);
  const formerMemory = hidden.nextMemory;
  const again = (ledger: World['ledger']) =>
    planned([two], { artifacts: new Map([artifact(two)]) }, { formerMemory, ledger: ledger ?? {} }).absentDrifts;
  expect(again(opened(missing))).toEqual(over());
  const key = JSON.stringify(['/home/me/agent-sessions.yaml', 'blind', null, null, `claude:${folder}`]);
  const ofBlindness = opened({ key, kind: 'blind', session: null });
  expect(again(ofBlindness)).toEqual(over(`A source that was blind answers again: claude:${folder}.`));
  expect(planned([two], { ...unknown, artifacts: new Map() }, { ledger: ofBlindness }).absentDrifts).toEqual(undecided);
});
