import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkReports } from '../../../src/operations/doctor/check-reports.ts';
import { reportName } from '../../../src/core/model/report.ts';
import { ownProcess } from '../../../src/system/process-identity.ts';
import { pipeAt, put, scratchFolder } from '../../observe/scratch.ts';

const report = JSON.stringify({ agent: 'claude', event: 'Stop' });

test('reports are counted, and what is none is one line', () => {
  const stateDir = scratchFolder();
  const hooks = join(stateDir, 'hooks');
  expect(checkReports({ stateDir })).toEqual([]);
  put(join(hooks, '1-1.json'), report);
  expect(checkReports({ stateDir }), 'that process has ended').toMatchObject([
    { ok: true, message: `no running agent reports in ${hooks}` },
  ]);
  put(join(hooks, reportName(ownProcess())), report);
  put(join(hooks, 'notes.txt'), 'mine');
  expect(checkReports({ stateDir })).toMatchObject([{ ok: true, message: `1 agent reports in ${hooks}` }]);
  pipeAt(join(hooks, '2-1.json'));
  symlinkSync('/etc/passwd', join(hooks, '3-1.json'));
  mkdirSync(join(hooks, '4-1.json'));
  put(join(hooks, '5-1.json'), '\u001b[31m');
  expect(checkReports({ stateDir })).toMatchObject([
    {
      ok: false,
      message: `4 of 6 files in ${hooks} are no reports of yours, and are ignored`,
      cure: `see what writes there: ls -l ${hooks}`,
    },
  ]);
});

test('a flood is one line', () => {
  const stateDir = scratchFolder();
  const hooks = join(stateDir, 'hooks');
  mkdirSync(hooks);
  for (let each = 0; each < 2_001; each += 1) writeFileSync(join(hooks, `7-${each}.json`), report);
  expect(checkReports({ stateDir })).toMatchObject([
    { ok: false, message: `2001 files are in ${hooks}, more than agents can be` },
  ]);
});
