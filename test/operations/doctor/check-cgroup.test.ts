import { expect, test } from 'vitest';
import { checkCgroup } from '../../../src/operations/doctor/check-cgroup.ts';
import { listed } from '../../core/world.ts';
import { socketAt } from '../../named.ts';
import { reportWith } from '../fake-context.ts';

const report = reportWith({});
const observed = {
  ...report,
  observation: { ...report.observation, sockets: new Map([[socketAt('/s'), listed([])]]) },
};

test.each([
  ['0::/system.slice/agents.service\n', 'agents.service'],
  ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/bot.service/sub\n', 'bot.service'],
  ['2:cpu:/system.slice/other.service\n1:name=systemd:/system.slice/cron.service\n', 'cron.service'],
  ['0::/user.slice/user-1000.slice/session-2.scope\n', null],
  ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn-1.scope\n', null],
  ['0::/user.slice/user-1000.slice/user@1000.service\n', null],
  ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/tmux.service\n', null],
  ['2:cpu:/system.slice/other.service\n0::/\n', null],
  ['', null],
  [null, null],
])('%j: a tmux server in the service %s', (cgroup, service) => {
  const messages = checkCgroup(observed, () => cgroup).map(({ ok, message }) => [ok, message]);
  const expected = expect.stringMatching(new RegExp(`^the tmux server \\d+ at /s is part of ${service}: `));
  expect(messages).toEqual(service === null ? [] : [[true, expected]]);
});
