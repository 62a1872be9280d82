import { expect, test } from 'vitest';
import type { PlanInput } from '../../../src/core/model/plan.ts';
import { judge } from '../../../src/core/plan/judge.ts';
import { locate } from '../../../src/core/plan/locate.ts';
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
  hung,
  listed,
  trees,
  type Shown,
  type World,
} from '../world.ts';

const [one, two, fresh] = ['one-creator-claude', 'two-creator-claude', 'new-creator-claude'];
const id = '87dc548e-0000-4000-8000-000000000001';

function judged(world: World) {
  const input: PlanInput = aWorld(world);
  return judge(locate(input), input);
}

/** Sessions with these names, each with a Claude that is proven to run the conversation with its number. */
function running(names: readonly string[], ids: readonly string[]): Shown {
  const pids = names.map((_, index) => 1001 + index);
  return {
    sockets: new Map([
      [
        defaultSocket,
        listed(names.map((name, index) => aSession(name, { id: `$${index}`, panes: [aPane(1001 + index)] }))),
      ],
    ]),
    panes: trees(...pids.map((pid) => aTree(aProcess(pid)))),
    claude: claudeLook({
      live: new Map(pids.map((pid, index) => [pid, claudeLive(pid, ids[index] ?? id)])),
      artifacts: new Map([[id, { path: `/t/${id}.jsonl`, size: 1, mtime: 1 }]]),
    }),
  };
}

test('an entry that is left alone gets a verdict, and nothing else', () => {
  const { entries, leftAlone, verdicts } = judged({
    entries: [anEntry(one, { ignore: true }), anEntry(two, { pane: null })],
    observation: running([one, two], [id]),
  });
  expect([entries.map(({ entry }) => entry.session), leftAlone.map(({ session }) => session)]).toEqual([[two], [one]]);
  expect(verdicts.map(({ liveness, notProven }) => [liveness, notProven])).toEqual([
    ['alive', 'the entry is left alone'],
    ['alive', null],
  ]);
});

test('what two agents run is proven for neither, also where one has no entry yet', () => {
  const { entries, newcomers } = judged({
    entries: [anEntry(one)],
    observation: running([one, fresh], [id, id]),
  });
  expect(entries.map(({ identity }) => identity.said)).toEqual([expect.stringContaining(`it is run in ${fresh} too`)]);
  expect(newcomers.map(({ identity }) => identity.said)).toEqual([expect.stringContaining(`it is run in ${one} too`)]);
});

test('a conversation in a linked window goes to the older session, once that gets an entry', () => {
  const shared = running([fresh, one], [id, id]);
  const sessions = [
    aSession(fresh, { id: '$1', panes: [aPane(1001), aPane(1002)] }),
    aSession(one, { id: '$2', panes: [aPane(1001)] }),
  ];
  const observation = { ...shared, sockets: new Map([[defaultSocket, listed(sessions)]]) };
  const { entries, newcomers } = judged({ entries: [anEntry(one, { pane: null })], observation });
  expect(newcomers.map(({ identity }) => identity.kind)).toEqual(['proven']);
  expect(entries.map(({ identity }) => identity)).toEqual([
    { kind: 'not-proven', said: `it shows the panes of ${fresh}, which gets an entry of its own` },
  ]);
});

test('a session without an entry is a newcomer with the entry it would get; a name of another pattern is none', () => {
  const { newcomers } = judged({ observation: running([fresh, 'mine'], [id]) });
  expect(newcomers.map(({ entry, unsettled }) => [entry.session, entry.workspace, entry.agent, unsettled])).toEqual([
    [fresh, 'new', 'claude', null],
  ]);
});

test('a source is named as blind only where a verdict needed it', () => {
  const sockets = new Map([[defaultSocket, hung]]);
  expect(judged({ entries: [anEntry(one)], observation: { sockets } }).blind.map(({ source }) => source)).toEqual([
    `tmux:${defaultSocket}`,
  ]);
  expect(judged({ entries: [anEntry(one, { status: 'terminated' })], observation: { sockets } }).blind).toEqual([]);
});
