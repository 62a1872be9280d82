import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Rollouts } from '../../../src/agents/codex/rollouts.ts';
import { RolloutReader } from '../../../src/agents/codex/rollout-text.ts';
import { makeFileReads } from '../../../src/system/file-reads.ts';
import { put, scratchFolder } from '../../observe/scratch.ts';

/** Begun at 2026-11-28T23:54:22Z. */
const id = '01a22494-d197-7b82-b4ee-1b3a4ad029ef';
const other = '01a22494-ea8f-7ca1-afd5-8f8befb625ce';

function codexHome() {
  const root = scratchFolder();
  const rollouts = new Rollouts(root);
  return {
    root,
    put: (path: string, text = '{}\n'): string => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      return put(join(root, path), text);
    },
    find: (...ids: readonly string[]) => {
      const files = makeFileReads();
      const paths = [...rollouts.find(ids, files)].map(([one, file]) => [
        one,
        file?.path.slice(root.length + 1) ?? null,
      ]);
      return { paths: Object.fromEntries(paths), unreadable: files.unreadable().map(({ path }) => path) };
    },
  };
}

test.each([
  `sessions/2026/11/28/rollout-2026-11-28T23-54-22-${id}.jsonl`,
  // East of Greenwich.
  `sessions/2026/11/29/rollout-2026-11-29T08-54-22-${id}.jsonl`,
  // No day that its id tells of.
  `sessions/2025/01/02/rollout-2025-01-02T23-54-22-${id}.jsonl`,
  `sessions/2026/11/28/rollout-2026-11-28T23-54-22-${id}.jsonl.zst`,
  `archived_sessions/rollout-2026-11-28T23-54-22-${id}.jsonl`,
])('a conversation is found by its id at %s', (path) => {
  const home = codexHome();
  home.put(path);
  home.put(`sessions/2026/11/28/notes-${other}.jsonl`);
  expect(home.find(id.toUpperCase(), other)).toEqual({ paths: { [id]: path, [other]: null }, unreadable: [] });
});

test.each(['ses_aaaaaaaaaa7b', 'x'.repeat(14) + '7', 'p-77'])('%s, which is no id of Codex, is nowhere', (strange) => {
  expect(codexHome().find(strange).paths).toEqual({ [strange]: null });
});

test('a rollout that is archived meanwhile is found there', () => {
  const home = codexHome();
  const name = `rollout-2026-11-28T23-54-22-${id}.jsonl`;
  const path = home.put(`sessions/2026/11/28/${name}`);
  home.find(id);
  mkdirSync(join(home.root, 'archived_sessions'));
  renameSync(path, join(home.root, 'archived_sessions', name));
  expect(home.find(id).paths).toEqual({ [id]: `archived_sessions/${name}` });
});

test.each(['2025', '2026/10', '2026/11/27'])(
  'of what could lie in sessions/%s nothing is said while it cannot be read',
  (hidden) => {
    const home = codexHome();
    home.put(`sessions/2026/11/28/rollout-2026-11-28T23-54-22-${other}.jsonl`);
    const path = join(home.root, 'sessions', hidden);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync('/nowhere', path);
    const { paths, unreadable } = home.find(id, other);
    expect(paths).toEqual({ [other]: expect.stringContaining(other) });
    expect(unreadable).toEqual([path]);
  },
);

test('a conversation belongs to the folder of its last turn, else to that of its first line', () => {
  const home = codexHome();
  const meta = JSON.stringify({ type: 'session_meta', payload: { id, cwd: '/w/first', thread_source: 'user' } });
  const turn = JSON.stringify({ type: 'turn_context', payload: { cwd: '/w/last' } });
  const reader = new RolloutReader();
  const begun = home.put('a.jsonl', `${meta}\n{"type":"event_msg","payload":{"type":"task_started"}}\n`);
  expect(reader.read(begun)).toEqual({ cwd: '/w/first', isOfSubagent: false });
  const long = home.put('b.jsonl', `${meta}\n${'x'.repeat(200_000)}\n${turn}\n{"type":"event_m`);
  expect(reader.read(long)).toEqual({ cwd: '/w/last', isOfSubagent: false });
  expect(reader.bytesRead).toBeLessThan(300_000);
  expect(reader.read(home.put('c.jsonl.zst', meta))).toBeNull();
});

test.each([{ thread_source: 'subagent' }, { parent_thread_id: other }])('%j says that no user began it', (more) => {
  const path = codexHome().put('a.jsonl', JSON.stringify({ type: 'session_meta', payload: { cwd: '/w', ...more } }));
  expect(new RolloutReader().read(path)).toEqual({ cwd: '/w', isOfSubagent: true });
});
