import { expect, test } from 'vitest';
import { checkPlace } from '../../../src/operations/doctor/check-place.ts';
import { documentWith, reportWith } from '../fake-context.ts';
import { socketAt } from '../../named.ts';

const server = {
  pid: 77,
  socket: socketAt('/s'),
  reason: 'the tmux server 77 lives, and its socket /s is gone',
  cure: 'kill -USR1 77',
};
const borrowed = { id: 'machine-1', borrowed: 'its PID namespace is not the first of the machine' };

const observed = (change: Partial<ReturnType<typeof reportWith>['observation']>) => {
  const report = reportWith({});
  return { ...report, observation: { ...report.observation, ...change } };
};

test('a tmux server that cannot be asked is named; it is a finding only where it may hide a session', () => {
  expect(checkPlace(observed({}), [server])).toEqual([
    { id: 'tmux-server', ok: true, cure: null, message: expect.stringContaining(server.reason) },
  ]);
  expect(checkPlace(observed({ unreachable: [server] }), [server])).toEqual([
    { id: 'tmux-server', ok: false, cure: server.cure, message: server.reason },
  ]);
});

test('a borrowed place is a finding only where a session is in doubt for it', () => {
  expect(checkPlace(observed({}), [])).toEqual([]);
  expect(checkPlace(observed({ place: borrowed }), [])).toMatchObject([{ id: 'place', ok: true }]);
  const blind = { source: 'place', since: '2026-07-01T09:00:30.000Z', reason: 'never seen', cure: 'adopt' };
  const report = { ...observed({ place: borrowed }), document: documentWith({ blind: [blind] }) };
  expect(checkPlace(report, [])).toEqual([{ id: 'place', ok: false, message: 'never seen', cure: 'adopt' }]);
});
