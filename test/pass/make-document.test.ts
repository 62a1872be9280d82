import { expect, test } from 'vitest';
import { countsOf, countsText } from '../../src/pass/make-document.ts';
import { aSession, deadPids, defaultSocket, listed } from '../core/world.ts';
import { passWorld } from './pass-world.ts';

test('the counts are over all entries: also those that are left alone', async () => {
  const entry = (name: string, more: string): string => `  ${name}:\n    agent: claude\n${more}`;
  const world = passWorld(
    'sessions:\n' +
      entry('gone', '    status: running\n    pane: { pid: 9001 }\n') +
      entry('over', '    status: terminated\n') +
      entry('ignored', '    status: running\n    monitor: { ignore: true }\n') +
      entry('paused', '    status: paused\n') +
      '  half:\n',
  );
  const sockets = new Map([[defaultSocket, listed([aSession('paused')])]]);
  world.kept.observation = { panes: deadPids(9001), sockets };
  expect(countsOf(await world.pass())).toEqual({ alive: 1, gone: 4, unknown: 0 });
  world.kept.observation = { sockets: new Map([[defaultSocket, { blind: 'no answer', cure: 'wait' }]]) };
  expect(countsOf(await world.pass())).toEqual({ alive: 0, gone: 0, unknown: 5 });
});

test('in words a session of another place is not one that cannot be seen', () => {
  const here = { session: 'a', place: null, reason: 'no answer', cure: 'wait' };
  const counts = { alive: 1, gone: 2, unknown: 2 };
  expect(countsText({ counts, unknown: [here, { ...here, place: 'lab2' }] })).toBe(
    '1 alive, 2 gone, 1 unknown, 1 elsewhere',
  );
  expect(countsText({ counts, unknown: [here, here] })).toBe('1 alive, 2 gone, 2 unknown');
});
