import { symlinkSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Entry } from '../../src/core/model/entry.ts';
import { noEvidence } from '../../src/core/model/evidence.ts';
import type { Verdict } from '../../src/core/model/plan.ts';
import { findAnswer, type FindAnswer } from '../../src/operations/answers/find.ts';
import { find } from '../../src/operations/find.ts';
import type { ClaudeObservation } from '../../src/agents/claude/observation.ts';
import { claudeRoot, linesOf } from '../agents/claude/claude-root.ts';
import { agyLook, anObservation, claudeLook, idsOf } from '../core/world.ts';
import { answers, at, entryOf, fakeContext, reportWith, settings, verdictOf } from './fake-context.ts';

const hour = 3_600_000;
const id = (digit: number): string => `${String(digit).repeat(8)}-1111-4111-8111-${String(digit).repeat(12)}`;

const prompt = (text: string, hoursAgo: number) => ({
  type: 'user',
  message: { role: 'user', content: text },
  timestamp: new Date(at - hoursAgo * hour).toISOString(),
  cwd: '/home/me/work',
});
const typed = (display: string, sessionId: string, hoursAgo: number) => ({
  display,
  timestamp: at - hoursAgo * hour,
  project: '/home/me/blog',
  sessionId,
});

/** A root of Claude's, and entries of a registry whose conversations the pass has found. */
function world() {
  const root = claudeRoot();
  const artifacts = new Map<string, { path: string; size: number; mtime: number } | null>();
  const entries: [Entry, Verdict][] = [];
  return {
    root,
    transcript: (digit: number, records: readonly object[]): string => {
      const path = root.transcript(id(digit), records);
      artifacts.set(id(digit), { path, size: 1, mtime: at });
      return path;
    },
    history: (records: readonly object[]) => root.put('history.jsonl', linesOf(records)),
    artifacts,
    entry: (session: string, digit: number | null, entry: Partial<Entry> = {}, verdict: Partial<Verdict> = {}) => {
      const ids = idsOf({ own: digit === null ? null : id(digit) });
      const made = entryOf(session, { ids, workspace: null, cwd: null, pane: null, ...entry });
      entries.push([made, verdictOf(made, verdict)]);
    },
    find: async (words: string, { all = false, look = {} as Partial<ClaudeObservation> | 'blind' } = {}) => {
      const roots = [{ path: root.root, exists: true, keepsRecords: true, cleanupDays: 30 }];
      const claude =
        look === 'blind' ? { blind: 'the disk is away', cure: 'mount it' } : claudeLook({ roots, artifacts, ...look });
      const seen = anObservation({ claude, agy: agyLook(), folders: new Map([['/home/me/shop', true]]) });
      const others = ['codex', 'opencode'].map((agent) => [agent, { known: noEvidence }] as const);
      const observation = { ...seen, evidence: new Map([...seen.evidence, ...others]) };
      const report = reportWith({ observation }, entries);
      const { context } = fakeContext({ passes: [report] });
      const agents = { ...settings.agents, claude: [root.root] };
      const here = { ...context, settings: { ...settings, agents } };
      const [answer] = await answers(find, here, { words: words.split(' '), values: { all } });
      return {
        json: findAnswer.parse(answer?.json) satisfies FindAnswer as FindAnswer,
        text: answer?.text ?? '',
        exit: answer?.exit,
      };
    },
  };
}

const names = ({ json }: { json: FindAnswer }) => json.sessions.map(({ session }) => session);

test.each([
  ['its name', 'SHOP', 'shop-creator-claude'],
  ['its workspace', 'garden', 'b'],
  ['its folder, also as it is written', '~/müll', 'c'],
  ['its folder, in full', '/home/me/MÜLL', 'c'],
  ['the id of its conversation', '11111111-1111', 'shop-creator-claude'],
  ['a former id of it', '99999999-1111', 'd'],
  ['the title of its conversation', 'online store', 'e'],
  ['a prompt', 'two  carts', 'e'],
  ['a prompt of a former conversation', 'long ago', 'd'],
])('a session is found by %s', async (_, words, session) => {
  const { entry, transcript, root, find: search } = world();
  entry('shop-creator-claude', 1);
  entry('b', null, { workspace: 'garden' });
  entry('c', null, { cwd: '~/müll' });
  entry('d', 4, { lineage: [{ id: id(9), until: null, reason: null }] });
  entry('e', 5);
  transcript(5, [prompt('fix the two carts', 2), { type: 'custom-title', customTitle: 'My Online Store' }]);
  // The pass has not looked for the file of a former conversation.
  root.transcript(id(9), [prompt('what was long ago', 100)], 'elsewhere');
  expect(names(await search(words))).toEqual([session]);
});

test('what people read names the place, its age, and the line that brings a session back', async () => {
  const { entry, transcript, root, find: search } = world();
  entry('shop-creator-claude', 1);
  entry('gone-creator-claude', 2, { cwd: '/home/me/shop' }, { liveness: 'gone', activity: null });
  transcript(1, [prompt('one cart', 3), prompt('another cart', 2)]);
  transcript(2, [prompt('a \u001b[31mred\u0000 cart', 30), { type: 'ai-title', aiTitle: 'The cart' }]);
  const { json, text, exit } = await search('cart');
  expect(text.replaceAll(root.root, '/other/.claude')).toMatchInlineSnapshot(`
    "SESSION              AGENT   STATE    FOUND IN
    shop-creator-claude  claude  working  prompt 2h ago: another cart (and 1 more)
    gone-creator-claude  claude  gone     title: The cart (and 1 more)
        cd /home/me/shop && CLAUDE_CONFIG_DIR=/other/.claude claude --resume 22222222-1111-4111-8111-222222222222"
  `);
  expect((await search('red')).text).toContain(String.raw`a \x1b[31mred\x00 cart`);
  const shown = json.sessions.map((one) => [one.title, one.folder, ...one.matches.map((each) => [each.in, each.text])]);
  expect(shown).toEqual([
    [null, '/home/me/work', ['prompt', 'another cart'], ['prompt', 'one cart']],
    ['The cart', '/home/me/work', ['title', 'The cart'], ['prompt', 'a \u001b[31mred\u0000 cart']],
  ]);
  expect(exit).toBe(0);
});

test('a conversation that no entry names is found in the list of prompts, and in its file only with --all', async () => {
  const { entry, root, history, find: search } = world();
  entry('shop', 1);
  history([typed('the old cart', id(7), 50), typed('the cart of an entry', id(1), 2)]);
  root.transcript(id(8), [{ ...prompt('a cart in a file', 20), cwd: root.root }]);
  const some = await search('cart');
  expect(names(some)).toEqual(['shop']);
  expect(some.json.conversations).toEqual([
    {
      agent: 'claude',
      id: id(7),
      running: false,
      changed: new Date(at - 50 * hour).toISOString(),
      resume: null,
      not_resumed: 'Its file is gone.',
      title: null,
      folder: '/home/me/blog',
      matches: [{ in: 'prompt', text: 'the old cart', at: new Date(at - 50 * hour).toISOString(), id: id(7) }],
    },
  ]);
  const all = await search('cart', { all: true });
  expect(all.json.conversations.map((one) => [one.id, one.resume])).toEqual([
    [id(8), `cd ${root.root} && CLAUDE_CONFIG_DIR=${root.root} claude --resume ${id(8)}`],
    [id(7), null],
  ]);
});

test('a conversation that no entry names is found by its id too', async () => {
  const { history, find: search } = world();
  history([typed('the old cart', id(7), 50)]);
  const { json } = await search('77777777-1111');
  expect(json.conversations.map(({ matches }) => matches)).toEqual([[{ in: 'id', text: id(7), at: null, id: id(7) }]]);
});

test('what an entry names of another agent is no conversation without an entry', async () => {
  const { entry, history, find: search } = world();
  entry('was-a-claude', null, { agent: 'agy', ids: idsOf({ claude: id(7) }) });
  history([typed('the old cart', id(7), 50)]);
  const { json } = await search('cart');
  expect(json.sessions.map(({ session, matches }) => [session, matches.map((one) => one.id)])).toEqual([
    ['was-a-claude', [id(7)]],
  ]);
  expect(json.conversations).toEqual([]);
});

test('with --all the newest 500 are read, and the others are counted', async () => {
  const { root, find: search } = world();
  for (let number = 0; number < 502; number += 1) {
    const path = root.transcript(id(1).replace('1111', String(1000 + number)), [prompt('cart', 20)]);
    utimesSync(path, at / 1000 - number, at / 1000 - number);
  }
  const { json } = await search('cart', { all: true });
  expect([json.conversations.length, json.read]).toEqual([50, 500]);
  expect(json.left_out).toEqual([
    'of 502 other conversations only the newest 500 were read',
    'of 500 conversations without an entry that match only the newest 50 are shown',
  ]);
});

test('so much is read in all, the newest conversations first, and the others are counted', async () => {
  const { entry, root, artifacts, find: search } = world();
  for (let number = 0; number < 250; number += 1) {
    const own = id(1).replace('1111', String(1000 + number));
    const path = root.transcript(own, [prompt(`cart ${number}`, 20)]);
    truncateSync(path, 600 * 1024);
    artifacts.set(own, { path, size: 600 * 1024, mtime: at - number });
  }
  entry('newest', null, { ids: idsOf({ own: id(1).replace('1111', '1000') }) });
  entry('oldest', null, { ids: idsOf({ own: id(1).replace('1111', '1249') }) });
  const answer = await search('cart');
  expect(names(answer)).toEqual(['newest']);
  const { read, left_out: leftOut } = answer.json;
  expect(leftOut[0]).toBe(`${250 - read} of Claude's conversations were not read: enough was read before`);
});

test('what cannot be read is not "not found": it is said, and the exit code is 4', async () => {
  const { entry, root, find: search, artifacts } = world();
  entry('shop', 1);
  const outside = join(root.root, '..', 'outside.jsonl');
  root.put('../outside.jsonl', linesOf([prompt('cart', 1)]));
  const link = join(root.root, 'projects', 'p', `${id(1)}.jsonl`);
  root.put('projects/p/x', '');
  symlinkSync(outside, link);
  artifacts.set(id(1), { path: link, size: 1, mtime: at });
  const hidden = { path: '/root/projects', reason: 'may not be read (EACCES)', cure: 'give it to the user' };
  const look = { unreadable: [{ ...hidden, hides: { kind: 'conversations', id: null } as const }] };
  const { json, text, exit } = await search('cart', { look });
  expect(json.sessions).toEqual([]);
  expect(json.unread).toEqual([
    hidden,
    {
      path: link,
      reason: `is a link that leads out of ${root.root}, and is not followed`,
      cure: 'put the file itself there, or name its folder in claude.roots',
    },
  ]);
  expect(text.split('\n').slice(0, 2)).toEqual([
    'not found in any session, nor in the conversation that was read; --all reads more',
    'not read: /root/projects may not be read (EACCES). Cure: give it to the user',
  ]);
  expect(exit).toBe(4);
  const blind = await search('cart', { look: 'blind' });
  expect(blind.exit).toBe(4);
  expect(blind.json.unread[0]).toEqual({ path: 'claude', reason: 'the disk is away', cure: 'mount it' });
});

test('agents whose texts are not read are named, where there are sessions of them', async () => {
  const { entry, find: search } = world();
  entry('bird-creator-agy', null, { agent: 'agy' });
  const { json, exit } = await search('bird');
  expect(json.sessions.map(({ session, matches }) => [session, matches.map((one) => one.in)])).toEqual([
    ['bird-creator-agy', ['session']],
  ]);
  expect([json.left_out, exit]).toEqual([['titles and prompts of Antigravity are not read'], 0]);
});

test('blanks alone are nothing to look for, and neither is a whole file from the clipboard', async () => {
  await expect(world().find('  ')).rejects.toThrow('there is nothing to look for');
  await expect(world().find('x'.repeat(1_001))).rejects.toThrow('the text is longer than 1000 characters');
});
