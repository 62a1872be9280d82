import { expect, test } from 'vitest';
import { undo } from '../../src/operations/undo.ts';
import { pass, type PassMode } from '../../src/pass/pass.ts';
import { renderDrift } from '../../src/pass/render.ts';
import { stdoutReader } from '../../src/tell/stdout.ts';
import { deadPids, defaultSocket, noServer } from '../core/world.ts';
import { never } from '../never.ts';
import { answers, fakeContext } from '../operations/fake-context.ts';
import { passWorld } from './pass-world.ts';

const running = (name: string, pid: number, more = ''): string =>
  `  ${name}:\n    agent: claude\n    status: running\n    pane: { pid: ${pid}, cmd: claude }\n${more}`;
const hung = { sockets: new Map([[defaultSocket, { blind: 'no answer in 2000 ms', cure: 'wait' }]]) };

/** Makes dead sessions that can be seen or not, and a person who undoes repairs. */
function deadWorld(text: string, serverDied = false) {
  const world = passWorld(`sessions:\n${text}`);
  const { log, registryFile } = world.ports;
  const context = { ...fakeContext({}).context, log: () => log, registryFile: () => registryFile };
  const died = serverDied ? { sockets: new Map([[defaultSocket, noServer]]) } : {};
  const dead = { panes: deadPids(9001, 9002), ...died };
  world.kept.observation = dead;
  return {
    ...world,
    isSeen: (seen: boolean) => {
      world.kept.observation = seen ? dead : hung;
    },
    undo: () => answers(undo, context),
    /** Returns what stands after a pass, as other programs read it. */
    said: async (mode: PassMode = 'loop') =>
      (await pass(world.ports, mode, never)).standing
        .map((drift) => renderDrift(drift, 'opened', mode === 'dry-run'))
        .map(({ message, edits }) => [message, edits.length]),
  };
}

test('after an undo a blind pass says what a seeing one says, in a dry run too', async () => {
  const world = deadWorld(running('a', 9001));
  await world.said();
  await world.undo();
  const expected = [['a: tmux gone (was pane 9001, cmd claude). Left as it is: its repair was undone.', 0]];
  world.isSeen(false);
  expect(await world.said()).toEqual(expected);
  expect(await world.said('dry-run')).toEqual(expected);
  world.isSeen(true);
  expect(await world.said()).toEqual(expected);
  world.isSeen(false);
  expect(await world.said()).toEqual(expected);
});

test('what is said beside the repair stays after its undo', async () => {
  const id = '87dc548e-0000-4000-8000-000000000001';
  const world = deadWorld(running('a', 9001, `    cwd: /nowhere/at/all\n    claude_session_id_own: ${id}\n`));
  await world.said();
  await world.undo();
  const seeing = await world.said();
  world.isSeen(false);
  expect(await world.said()).toEqual(seeing);
});

test('of a mass event that was taken back in part, a blind pass and a late reader are told only the rest', async () => {
  const world = deadWorld(`${running('a', 9001)}${running('b', 9002)}`, true);
  await world.said();
  world.isSeen(false);
  expect(await world.said()).toEqual([]);
  const lateReader = stdoutReader(world.ports.log);
  const told = async () => (await lateReader.peek()).opened.map(({ message, edits }) => [message, edits.length]);
  const seen = 'The tmux server died: 2 sessions are gone (a, b).';
  expect(await told()).toEqual([[`${seen} Marked terminated.`, 6]]);

  world.write(world.read().replace('pid: 9002, cmd: claude }', 'pid: 9002, cmd: claude } # mine'));
  await world.undo();
  const inPart = [[`${seen} Marked terminated. Left as it is: a (its repair was undone).`, 3]];
  expect(await world.said()).toEqual(inPart);
  expect(await world.said('dry-run')).toEqual(inPart);
  expect(await told()).toEqual(inPart);
});

test('of a mass event that was taken back whole, nothing is claimed', async () => {
  const world = deadWorld(`${running('a', 9001)}${running('b', 9002)}`, true);
  await world.said();
  await world.undo();
  const left = 'Left as they are: a (its repair was undone), b (its repair was undone).';
  const whole = [[`The tmux server died: 2 sessions are gone (a, b). ${left}`, 0]];
  expect(await world.said()).toEqual(whole);
  world.isSeen(false);
  expect(await world.said()).toEqual(whole);
  const late = await stdoutReader(world.ports.log).peek();
  expect(late.opened.map(({ message, edits }) => [message, edits.length])).toEqual(whole);
});

test('a repair that was meant and not made is not claimed while a source is blind', async () => {
  const world = deadWorld(running('a', 9001, '    monitor: { pin: [status] }\n'));
  const [held] = (await world.pass()).standing;
  if (held === undefined) throw new Error('nothing was told');
  const by = { pid: 1, start: '1' };
  const drifts = [{ ...held, message: 'a: tmux gone. Marked terminated.' }];
  const meant = { drifts, edits: [], before: null, after: '', entryHashes: {}, undo: null, by };
  const [intended] = await world.ports.log.append([{ kind: 'intended', ...meant }]);
  await world.ports.log.append([{ kind: 'dropped', of: intended?.event ?? '', reason: 'the text changed' }]);
  world.isSeen(false);
  expect(await world.said()).toEqual([[held.message, 0]]);
});
