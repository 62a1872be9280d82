import { expect, test } from 'vitest';
import { deadPids, defaultSocket } from '../core/world.ts';
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
