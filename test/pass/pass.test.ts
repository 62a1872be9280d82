import { expect, test } from 'vitest';
import { pass } from '../../src/pass/pass.ts';
import { aPane, aProcess, aSession, aTree, deadPids, defaultSocket, listed, trees } from '../core/world.ts';
import { never } from '../never.ts';
import { passWorld } from './pass-world.ts';
import { named } from '../named.ts';

const running = (name: string, pid: number, more = ''): string =>
  `  ${name}:\n    agent: claude\n    status: running\n    pane: { pid: ${pid}, cmd: claude }\n${more}`;

const hung = { sockets: new Map([[defaultSocket, { blind: 'no answer in 2000 ms', cure: 'wait' }]]) };

test('what was repaired is not open while a source is blind; what was not, or was taken back, is', async () => {
  const world = passWorld(`sessions:\n${running('a', 9001)}${running('b', 9002, '    monitor: { pin: [status] }\n')}`);
  world.kept.observation = { panes: deadPids(9001, 9002) };
  const { standing } = await world.pass();
  const standingNames = async () => (await world.pass()).standing.map(({ session }) => session);
  expect(standing.map(({ session }) => session)).toEqual(['a', 'b']);

  world.kept.observation = hung;
  expect(await standingNames()).toEqual(['b']);
  const drift = standing[0]?.id ?? '';
  await world.ports.log.append([{ kind: 'undone', drift, session: 'a', entryId: named('a'), textHash: null }]);
  expect(await standingNames()).toEqual(['a', 'b']);
});

test('a single pass waits until a rename that it is the first to see has settled, and then decides', async () => {
  const world = passWorld(`sessions:\n${running('a', 1001)}`);
  const called = (name: string): void => {
    const sockets = new Map([[defaultSocket, listed([aSession(name, { panes: [aPane(1001)] })])]]);
    world.kept.observation = { sockets, panes: trees(aTree(aProcess(1001))) };
  };
  const waits: number[] = [];
  const observe = async (...asked: Parameters<typeof world.ports.observe>) => {
    const seen = await world.ports.observe(...asked);
    // It takes its time, and all of the pass may take 5 s.
    world.clock.now += 50;
    return seen;
  };
  const once = () =>
    pass(
      {
        ...world.ports,
        observe,
        wait: async (ms) => {
          waits.push(ms);
          world.clock.now += ms;
        },
      },
      'once',
      never,
    );
  called('a');
  await once();
  expect(waits).toEqual([]);
  world.clock.now += 60_000;
  called('b');
  const { standing, deferred } = await once();
  expect(waits).toHaveLength(1);
  expect(standing.map(({ kind }) => kind)).toEqual(['session-renamed']);
  expect(deferred).toEqual([]);
});
