import { expect, test } from 'vitest';
import type { Entry } from '../../src/core/model/entry.ts';
import { idsOf } from '../core/world.ts';
import { scratchRegistry } from './scratch-registry.ts';

async function entries(text: string): Promise<readonly Entry[]> {
  const registry = await scratchRegistry(text);
  const read = await registry.file.read({ knowsEntries: false, registered: new Set(), mayCache: false });
  if (read.kind !== 'read') throw new Error(JSON.stringify(read));
  return read.registry.entries;
}

/** Reads an entry that holds only these fields, as flow text. */
async function entry(fields: string): Promise<Entry> {
  const [one] = await entries(`sessions:\n  one: { ${fields} }\n`);
  if (one === undefined) throw new Error('no entry');
  return one;
}

const id = '87dc548e-0000-4000-8000-00000000abcd';

test('a time is read with its zone; without one what stands there tells none', async () => {
  const read = async (text: string) => {
    const { terminatedAt, vagueTermination } = await entry(`terminated_at: "${text}"`);
    return [terminatedAt, vagueTermination];
  };
  const at = Date.parse('2026-07-01T09:00:00Z');
  const latest = Date.parse('2026-07-01T21:00:00Z');
  expect(await read('2026-07-01 11:00:00 +0200')).toEqual([at, null]);
  expect(await read('2026-07-01 09:00')).toEqual([null, { text: '2026-07-01 09:00', latest }]);
  expect(await read('yesterday')).toEqual([null, { text: 'yesterday', latest: null }]);
  expect(await read('None')).toEqual([null, null]);
  expect((await entry('created_at: 2026-07-01 09:00')).createdAt).toBeNull();
});

test('a status that is another word is read beside ours; case and blanks mean nothing', async () => {
  const all = await entries(`sessions:
  one: { status: paused }
  two: { status: Running }
  three: {}
  four: { status: " TERMINATED " }
`);
  expect(all.map(({ status, otherStatus }) => [status, otherStatus])).toEqual([
    [null, 'paused'],
    ['running', null],
    [null, null],
    ['terminated', null],
  ]);
});

test.each([
  ['Claude', 'claude'],
  ['" CLAUDE "', 'claude'],
  ['claude-code', 'claude'],
  ['Claude Code', 'claude'],
  ['Antigravity', 'agy'],
  ['AGY', 'agy'],
  ['aider', null],
  ['None', null],
])('agent: %s is %s', async (written, agent) => {
  expect((await entry(`agent: ${written}`)).agent).toBe(agent);
});

test.each([
  ['" Gemini "', 'Gemini'],
  ['claude', undefined],
  ['None', undefined],
  ['"-"', undefined],
  ['[ gemini ]', undefined],
])('the word of an agent that is not known is kept: %s', async (written, word) => {
  expect((await entry(`agent: ${written}`)).otherAgent).toBe(word);
});

test.each(['None', 'none', 'TBD', '"-"', '--', 'n/a', 'N/A', '~', '""', '"  "', 'null', '"?"', 'unknown', 'TODO'])(
  'an id that is %s is none yet',
  async (word) => {
    const { ids, lineage } = await entry(
      `claude_session_id_own: ${word}, agent_identities: { claude: { session_id: ${word} } }, previous_session_ids: [ ${word} ]`,
    );
    expect([ids, lineage]).toEqual([idsOf({ own: null, claude: null, agy: undefined }), []]);
  },
);

test.each(['not yet', '<none>', '(see notes)', 'fixme', '...'])(
  'a remark in the place of an id is none yet: %s',
  async (text) => {
    const { ids } = await entry(
      `claude_session_id_own: "${text}", agent_identities: { agy: { conversation_id: "${text}" } }`,
    );
    expect(ids).toEqual(idsOf({ own: null, claude: undefined, agy: null }));
  },
);

test.each([
  '87dc548e',
  '87dc548e or later',
  'shop-redesign',
  'Übersicht',
  '修复登录',
  'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
])('what may be an id, a part of one or a title is kept as one: %s', async (text) => {
  const { ids } = await entry(`claude_session_id_own: ${text}`);
  expect(ids).toEqual(idsOf({ own: text, claude: undefined, agy: undefined }));
});

test('ids are read in one spelling where case means nothing', async () => {
  const { ids, lineage } = await entry(
    `claude_session_id_own: ${id.toUpperCase()}, agent_identities: { agy: { conversation_id: ses_AbC } }, previous_session_ids: [ ${id.toUpperCase()}, { id: ${id.toUpperCase()}, until: X } ]`,
  );
  expect([ids, lineage]).toEqual([
    idsOf({ own: id, claude: undefined, agy: 'ses_AbC' }),
    [
      { id, until: null, reason: null },
      { id, until: 'X', reason: null },
    ],
  ]);
});

test('a field that holds nothing is empty; a word that could be a name is one', async () => {
  const { terminationMode, socket, jobId, pane, workspace, misshapen } = await entry(
    'termination_mode: "", tmux_socket: None, delegate_job_id: "-", pane: None, previous_session_ids: "", workspace: todo',
  );
  expect({ terminationMode, socket, jobId, pane, workspace, misshapen }).toEqual({
    terminationMode: null,
    socket: null,
    jobId: null,
    pane: null,
    workspace: 'todo',
    misshapen: [],
  });
});

test.each(['TBD', 'unknown', '"?"', 'None'])('a job that is %s is none yet', async (word) => {
  expect((await entry(`delegate_job_id: ${word}`)).jobId).toBeNull();
});

test.each([
  ['4711', 4711],
  ['"4711"', 4711],
  ['-1', null],
  ['90071992547409930', null],
  ['9'.repeat(400), null],
])('the pid of a pane is a whole number that is written as it is: %s', async (written, pid) => {
  expect((await entry(`pane: { pid: ${written} }`)).pane?.pid).toBe(pid);
});

test('the id of a job keeps its case', async () => {
  expect((await entry('delegate_job_id: ABCDEF-12')).jobId).toBe('ABCDEF-12');
});

test.each([
  ['true', true],
  ['Yes', true],
  ['1', true],
  ['y', true],
  ['please', true],
  ['"until monday"', true],
  ['false', false],
  ['No', false],
  ['n', false],
  ['off', false],
  ['0', false],
  ['null', false],
  ['""', false],
])('`ignore: %s`: whatever is no clear no may be that wish', async (word, ignore) => {
  expect((await entry(`monitor: { ignore: ${word} }`)).ignore).toBe(ignore);
});

test.each([
  ['"status, cwd"', ['status', 'cwd']],
  ['status pane.pid', ['status', 'pane.pid']],
  ['[ " status ", "a,b", null ]', ['status', 'a', 'b']],
])('the pins %s are its fields', async (written, pin) => {
  expect((await entry(`monitor: { pin: ${written} }`)).pin).toEqual(pin);
});

test('a field of another shape is named with its line, and says nothing', async () => {
  const [one] = await entries(`sessions:
  one:
    status: running
    claude_session_id_own: [ a ]
    agent_identities: { claude: ${id} }
    pane: 4711
    previous_session_ids: ${id}
    terminated_at: { at: now }
    monitor: ignore
`);
  expect(one?.ids).toEqual(idsOf({ own: null, claude: undefined, agy: undefined }));
  expect(one?.ignore, 'what cannot be read may be that very wish').toBe(true);
  expect(one?.misshapen).toEqual([
    { path: 'claude_session_id_own', line: 4, words: 'a list where a single word belongs' },
    { path: 'agent_identities.claude', line: 5, words: 'a single word where a mapping belongs' },
    { path: 'pane', line: 6, words: 'a single word where a mapping belongs' },
    { path: 'previous_session_ids', line: 7, words: 'a single word where a list belongs' },
    { path: 'terminated_at', line: 8, words: 'a mapping where a single word belongs' },
    { path: 'monitor', line: 9, words: 'a single word where a mapping belongs' },
  ]);
});

test('what comes through an alias has its shape too; one field may be pinned by its name alone', async () => {
  const [, two] = await entries(`sessions:
  one: { pane: &p [ 1 ] }
  two: { pane: *p, monitor: { pin: status, ignore: "No" } }
`);
  expect([two?.misshapen.map(({ path }) => path), two?.pin, two?.ignore]).toEqual([['pane'], ['status'], false]);
});

test('a key that is no name is an entry that is left alone, and the one that means the word beside it is read', async () => {
  const all = await entries(
    'sessions:\n  null: { status: running }\n  ? [a, b]\n  : { status: running }\n  "~": { status: running }\n',
  );
  const halfTyped = 'its key is no name: a name such as null needs quotes';
  expect(all).toMatchObject([
    { session: 'null', line: 2, status: null, halfTyped },
    { session: '[a, b]', line: 3, status: null, halfTyped },
    { session: '~', status: 'running', halfTyped: null },
  ]);
});
