import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ConversationText } from '../../../src/agents/agent.ts';
import { claudeTexts } from '../../../src/agents/claude/claude-texts.ts';
import { makeFileReads } from '../../../src/system/file-reads.ts';
import { claudeRoot, ids, project } from './claude-root.ts';

/** Lines as Claude Code 2.1.332 wrote them, without what no reader needs. */
const line = (type: string, fields: object): string =>
  JSON.stringify({ parentUuid: null, isSidechain: false, type, ...fields, sessionId: ids.one, version: '2.1.332' });
const user = (content: unknown, fields: object = {}): string =>
  line('user', {
    message: { role: 'user', content },
    timestamp: '2026-11-29T07:52:25.350Z',
    cwd: '/home/me/work',
    ...fields,
  });
const at = Date.parse('2026-11-29T07:52:25.350Z');

/** Returns what the lines say; they are given in the order of the file. */
function textsIn(lines: readonly string[]): readonly string[] {
  const texts = claudeTexts.conversation('/t.jsonl', () => lines.toReversed()) ?? [];
  return [...texts].map(({ kind, text }: ConversationText) => `${kind}: ${text}`);
}

test('what the user typed is a prompt, and the folder in which that was is told with it', () => {
  const prompt = user('fix the Ünïcode checkout', { origin: { kind: 'human' }, promptSource: 'typed' });
  expect([...(claudeTexts.conversation('/t.jsonl', () => [prompt]) ?? [])]).toEqual([
    { kind: 'prompt', text: 'fix the Ünïcode checkout', at },
    { kind: 'folder', text: '/home/me/work', at: null },
  ]);
});

test('of a prompt with an image or a pasted file its words count', () => {
  const parts = [
    { type: 'text', text: 'what is this?' },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGVsbG8=' } },
    { type: 'text', text: 'look closely' },
  ];
  expect(textsIn([user(parts)])[0]).toBe('prompt: what is this?\nlook closely');
});

test('commands of the shell and commands with words are prompts; a bare command is none', () => {
  const command = (name: string, args: string): string =>
    user(
      `<command-name>${name}</command-name>\n            <command-message>x</command-message>\n            <command-args>${args}</command-args>`,
      { rowSource: 'local' },
    );
  const other = user('<command-message>review</command-message>\n<command-name>/review</command-name>');
  const said = textsIn([
    command('/review', 'the cart\nof the shop'),
    command('/clear', ''),
    other,
    user('<bash-input>echo hi-there</bash-input>'),
  ]);
  expect(said.filter((one) => !one.startsWith('folder'))).toEqual([
    'prompt: !echo hi-there',
    'prompt: /review the cart\nof the shop',
  ]);
});

test('what Claude itself writes as the user is no prompt', () => {
  const said = textsIn([
    user('<local-command-caveat>The command below was run directly …</local-command-caveat>', { isMeta: true }),
    user('<local-command-stdout>\u001b[2mCompacted\u001b[22m</local-command-stdout>'),
    user('<bash-stdout>hi-there</bash-stdout><bash-stderr></bash-stderr>'),
    user('<system-reminder>\nThe user named this session "My Shop Work".\n</system-reminder>', { isMeta: true }),
    user('This session is being continued from a previous conversation …', { isCompactSummary: true }),
    user([{ tool_use_id: 'toolu_1', type: 'tool_result', content: 'done', is_error: false }], {
      toolUseResult: { stdout: 'done' },
    }),
    user([{ tool_use_id: 'toolu_1', type: 'tool_result', content: 'done' }]),
    user('look for the cart', { isSidechain: true }),
  ]);
  expect(said).toEqual([]);
});

test('the title that the user gave comes first, then the one that Claude made last', () => {
  const said = textsIn([
    JSON.stringify({ type: 'summary', summary: 'The cart', leafUuid: 'x' }),
    line('custom-title', { customTitle: 'First name' }),
    line('ai-title', { aiTitle: 'Cart of the shop' }),
    line('custom-title', { customTitle: 'My Shop Work' }),
    line('agent-name', { agentName: 'My Shop Work' }),
    line('ai-title', { aiTitle: 'Newer words' }),
    line('last-prompt', { lastPrompt: 'after the clear', leafUuid: 'x' }),
  ]);
  expect(said).toEqual([
    'prompt: after the clear',
    'title: My Shop Work',
    'title: First name',
    'title: Newer words',
    'title: Cart of the shop',
    'title: The cart',
  ]);
});

test('a torn or broken line says nothing, and hides no other', () => {
  const said = textsIn([
    user('one').slice(40),
    '{"type":"user"',
    '',
    '\0\0\0',
    user('two'),
    user('three').slice(0, -9),
  ]);
  expect(said).toEqual(['prompt: two', 'folder: /home/me/work']);
});

test('lines of other shapes say nothing', () => {
  const odd = [
    { message: null },
    { message: 'text' },
    { message: { content: 7 } },
    { message: { content: [7, null] } },
  ];
  expect(textsIn([...odd.map((fields) => line('user', fields)), '{"type":"custom-title"}', '["type":"user"]'])).toEqual(
    [],
  );
});

test('the prompts of all conversations stand in history.jsonl, with their folders', () => {
  const entry = (display: unknown, fields: object = {}): string =>
    JSON.stringify({
      display,
      pastedContents: {},
      timestamp: at,
      project: '/home/me/work',
      sessionId: ids.two,
      ...fields,
    });
  const asked: string[] = [];
  const lines = [entry('/clear'), entry(7), entry('!echo hi', { project: null }), entry('second'), '{"display":"to'];
  const said = claudeTexts.folder('/root', (path) => (asked.push(path), lines));
  expect([...said]).toEqual([
    { kind: 'prompt', text: '!echo hi', at, id: ids.two },
    { kind: 'prompt', text: 'second', at, id: ids.two },
    { kind: 'folder', text: '/home/me/work', at: null, id: ids.two },
  ]);
  expect(asked).toEqual(['/root/history.jsonl']);
});

test('conversations are the files with an id for a name, one folder deep', () => {
  const root = claudeRoot();
  const path = root.transcript(ids.one);
  root.put(`projects/${project}/agent-1234.jsonl`, '');
  root.put(`projects/${project}/${ids.two}/subagents/${ids.three}.jsonl`, '');
  root.put('projects/stray.jsonl', '');
  mkdirSync(root.path('projects', 'empty'));
  const files = makeFileReads();
  expect([...claudeTexts.list(root.root, files)]).toEqual([{ id: ids.one, path }]);
  expect([...claudeTexts.list(root.path('nowhere'), files)]).toEqual([]);
  expect(files.unreadable()).toEqual([]);
});
