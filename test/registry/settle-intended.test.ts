import { expect, test } from 'vitest';
import type { Edit } from '../../src/core/model/drift.ts';
import { settleIntended } from '../../src/registry/settle-intended.ts';
import { aDrift } from '../log/a-drift.ts';
import { passWorld } from '../pass/pass-world.ts';

const entry = (name: string, fields: string): string => `  ${name}:\n    agent: claude\n${fields}`;
const running = '    status: running\n';
const ours = '    status: terminated\n    terminated_at: 2026-07-01T09:00:30Z\n';
const set = (session: string, field: string, to: string): Edit => ({
  op: 'set',
  entry: { session, socket: null },
  path: [field],
  from: undefined,
  to,
});
const died = (name: string): readonly Edit[] => [
  set(name, 'status', 'terminated'),
  set(name, 'terminated_at', '2026-07-01T09:00:30Z'),
];

/** Settles the intent of a writer that died, with this text in the file at the next pass. */
async function settled(
  file: string,
  edits: readonly Edit[] = [...died('a'), ...died('b')],
  submitted?: { readonly job: string; readonly session: string },
): Promise<readonly string[]> {
  const world = passWorld(`sessions:\n${file}`);
  const { log, registryFile } = world.ports;
  const drift = aDrift({ edits });
  const rest = { before: 'before', after: 'after', entryHashes: {}, undo: [], by: { pid: 1, start: 'gone' } };
  await log.append([{ kind: 'intended', drifts: [drift], edits, ...rest, ...(submitted && { submitted }) }]);
  const read = await registryFile.read({ knowsEntries: false, registered: new Set(), mayCache: false });
  if (read.kind === 'unreadable') throw new Error(read.message);
  const before: string[] = [];
  await settleIntended(log, registryFile, read, async (job) => {
    before.push(`withdrawn ${job}`, ...(await world.logged()).slice(1));
  });
  return [...before, ...(await world.logged()).slice(1)];
}

test('a write that reached the file is told, even if the user has edited one of its entries since', async () => {
  expect(await settled(entry('a', ours) + entry('b', ours))).toEqual(['applied']);
  expect(await settled(entry('a', running) + entry('b', ours))).toEqual(['applied']);
  expect(await settled(entry('a', `${ours}    note: mine\n`))).toEqual(['applied']);
});

test('a write that never came is not told, whatever the user did since', async () => {
  expect(await settled(entry('a', running) + entry('b', running))).toEqual(['dropped']);
  expect(await settled(entry('a', '    status: terminated\n'))).toEqual(['dropped']);
  expect(await settled('')).toEqual(['dropped']);
});

test('an entry that we registered stands as long as what we wrote into it does', async () => {
  const fields = { agent: 'claude', status: 'running', pane: { pid: 7, cmd: 'claude' } };
  const register: Edit = { op: 'register', entry: { session: 'new', socket: null }, fields };
  const pane = '    pane: { pid: 7, cmd: claude }\n';
  expect(await settled(entry('new', `${running}${pane}    note: mine\n`), [register])).toEqual(['applied']);
  expect(await settled(entry('new', running), [register])).toEqual(['dropped']);
  expect(await settled(entry('a', running), [register])).toEqual(['dropped']);
});

test('a job that no entry came to name is withdrawn before that is logged; a named one stays', async () => {
  const edits = [set('a', 'delegate_job_id', 'j1')];
  const submitted = { job: 'j1', session: 'a' };
  expect(await settled(entry('a', running), edits, submitted)).toEqual(['withdrawn j1', 'dropped']);
  const named = `${running}    delegate_job_id: j1\n`;
  expect(await settled(entry('a', named), edits, submitted)).toEqual(['applied']);
});
