import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportName } from '../../../src/core/model/report.ts';
import { reportsToHear } from '../../../src/observe/reports/reports-to-hear.ts';
import { readStat } from '../../../src/system/proc-files.ts';
import { pipeAt, put, scratchFolder, start } from '../scratch.ts';

/** Makes a folder, with the name that belongs to a living process. */
async function reporting() {
  const stateDir = scratchFolder();
  const living = await start('sleep', ['60']);
  const own = reportName({ pid: living, start: readStat(living)?.start ?? '' });
  return { folder: join(stateDir, 'hooks'), living, own, newsOf: reportsToHear(stateDir).newsOf };
}

test.each<[string, object]>([
  ['changed', { event: 'SessionStart', source: 'clear' }],
  ['changed', { event: 'a-word-of-its-own' }],
  ['ended', { event: 'SessionEnd', reason: 'prompt_input_exit' }],
  ['ended', { event: 'end' }],
  ['waits', { event: 'PermissionRequest' }],
  ['waits', { event: 'Notification', notification: 'permission_prompt' }],
  ['waits', { event: 'Notification', notification: 'agent_needs_input' }],
  ['waits', { event: 'Notification', notification: 'worker_permission_prompt' }],
  ['waits', { event: 'waiting', waiting_for: 'question' }],
  ['turn', { event: 'Stop' }],
  ['turn', { event: 'Notification', notification: 'idle_prompt' }],
  ['turn', { event: 'idle' }],
  ['quiet', { event: 'SessionEnd', reason: 'clear' }],
  ['none', { event: 'SessionStart', entrypoint: 'sdk-cli' }],
  ['none', { event: 'SessionStart', host: 'another' }],
  ['none', { event: 7 }],
])('%s: %j', async (news, said) => {
  const { folder, own, newsOf } = await reporting();
  put(join(folder, own), JSON.stringify({ agent: 'claude', ...said }));
  expect(newsOf(own)).toBe(news);
});

test('what no living process reported is none', async () => {
  const { folder, living, own, newsOf } = await reporting();
  const report = JSON.stringify({ agent: 'claude', event: 'SessionStart' });
  const wrongStart = reportName({ pid: living, start: '1' });
  for (const name of [wrongStart, '../escape.json', 'notes.txt', `.${own}.tmp`]) {
    put(join(folder, name.replaceAll('/', '_')), report);
    expect(newsOf(name), name).toBe('none');
  }
  pipeAt(join(folder, own));
  expect(newsOf(own)).toBe('none');
  expect(newsOf(reportName({ pid: 1, start: '0' }))).toBe('none');
});
