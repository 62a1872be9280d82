import { expect, test } from 'vitest';
import { countsOf } from '../../src/run/report.ts';
import { deadPids } from '../core/world.ts';
import { passWorld } from './pass-world.ts';

test('the counts are over all entries: those that are left alone are unknown', async () => {
  const entry = (name: string, more: string): string => `  ${name}:\n    agent: claude\n${more}`;
  const world = passWorld(
    'sessions:\n' +
      entry('gone', '    status: running\n    pane: { pid: 9001 }\n') +
      entry('over', '    status: terminated\n') +
      entry('ignored', '    status: running\n    monitor: { ignore: true }\n') +
      entry('paused', '    status: paused\n') +
      '  half:\n',
  );
  world.kept.observation = { panes: deadPids(9001) };
  expect(countsOf(await world.pass())).toEqual({ alive: 0, gone: 2, unknown: 3 });
});
