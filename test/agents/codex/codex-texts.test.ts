import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codexTexts } from '../../../src/agents/codex/codex-texts.ts';
import { makeFileReads } from '../../../src/system/file-reads.ts';
import { put, scratchFolder } from '../../observe/scratch.ts';

const id = '01a2264a-c0c5-7153-a9f3-ad5a1af02ab8';
const timestamp = '2026-11-29T07:52:43.091Z';
const at = Date.parse(timestamp);

/** Lines as Codex 0.171.0 wrote them, without what no reader needs. */
const line = (type: string, payload: object): string => JSON.stringify({ timestamp, ordinal: 8, type, payload });
const meta = (fields: object = {}): string =>
  line('session_meta', { id, cwd: '/home/me/work', source: 'cli', thread_source: 'user', ...fields });
const item = (type: string, text: string): string =>
  line('event_msg', {
    type: 'item_completed',
    thread_id: id,
    item: { type, id: 'x', content: [{ type: 'text', text, text_elements: [] }] },
  });

/** Returns what the lines say; they are given in the order of the file. */
const textsIn = (lines: readonly string[]) => [
  ...(codexTexts.conversation('/rollout.jsonl', () => lines.toReversed()) ?? []),
];

test('what the user typed is a prompt; what the agent said and what Codex adds is none', () => {
  const added = line('response_item', {
    type: 'message',
    role: 'user',
    content: [{ type: 'input_text', text: '<environment_context>\n  <cwd>/home/me/work</cwd>' }],
  });
  const said = textsIn([
    meta(),
    added,
    line('turn_context', { cwd: '/home/me/work/cart' }),
    item('UserMessage', 'hello the codex'),
    item('AgentMessage', 'ok: hello the codex'),
    item('UserMessage', 'torn').slice(0, -20),
  ]);
  expect(said).toEqual([
    { kind: 'prompt', text: 'hello the codex', at },
    { kind: 'folder', text: '/home/me/work/cart', at: null },
    { kind: 'folder', text: '/home/me/work', at: null },
  ]);
});

test('older versions wrote a prompt as a message of its own', () => {
  const said = textsIn([line('event_msg', { type: 'user_message', message: 'fix the cart', kind: 'plain' })]);
  expect(said).toEqual([{ kind: 'prompt', text: 'fix the cart', at }]);
});

test('what an agent asks its sub-agent, no user typed', () => {
  expect(textsIn([meta({ thread_source: 'subagent', parent_thread_id: id }), item('UserMessage', 'look')])).toEqual([]);
});

test('lines of other shapes say nothing', () => {
  const odd = [
    { item: null },
    { item: { type: 'UserMessage' } },
    { type: 'user_message' },
    { type: 'user_message', message: 7 },
  ];
  expect(textsIn([...odd.map((payload) => line('event_msg', payload)), 'UserMessage', '[]'])).toEqual([]);
});

test('a compressed rollout cannot be read, and that is said', () => {
  expect(codexTexts.conversation('/rollout.jsonl.zst', () => [item('UserMessage', 'hello')])).toBeNull();
});

test('titles and prompts of all conversations stand in files of the folder', () => {
  const lines: Record<string, readonly string[]> = {
    '/root/session_index.jsonl': [
      JSON.stringify({ id, thread_name: 'hello the codex', updated_at: '2026-11-29T07:52:43.208801293Z' }),
      '{"id":7,"thread_name":"x"}',
    ],
    '/root/history.jsonl': [JSON.stringify({ session_id: id, ts: 1795938763, text: 'another Prompt' }), '{"session'],
  };
  expect([...codexTexts.folder('/root', (path) => lines[path] ?? [])]).toEqual([
    { kind: 'title', text: 'hello the codex', at: Date.parse('2026-11-29T07:52:43.208Z'), id },
    { kind: 'prompt', text: 'another Prompt', at: 1795938763000, id },
  ]);
});

test('conversations are the rollouts of every day and the archived ones', () => {
  const root = join(scratchFolder(), '.codex');
  const name = `rollout-2026-11-29T07-52-42-${id}.jsonl`;
  const other = `rollout-2026-11-28T07-52-42-${id.replace('a', 'b')}.jsonl.zst`;
  const paths = [put(join(root, 'sessions/2026/11/29', name), ''), put(join(root, 'archived_sessions', other), '')];
  put(join(root, 'sessions/2026/11/29/notes.txt'), '');
  const files = makeFileReads();
  expect([...codexTexts.list(root, files)].map(({ path }) => path)).toEqual(paths);
  expect(files.unreadable()).toEqual([]);
});
