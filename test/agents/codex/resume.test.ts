import { expect, test } from 'vitest';
import { resumeCommand, resumeCommands } from '../../../src/agents/codex/resume.ts';

test('a conversation that has a file goes on by its id, quoted for a shell', () => {
  const artifacts = new Map([
    ['an id', { path: '/home/me/.codex/sessions/rollout-an id.jsonl', size: 1, mtime: 0 }],
    ['missing', null],
  ]);
  expect(Object.fromEntries(resumeCommands(artifacts, { root: '/home/me/.codex', home: '/home/me' }))).toEqual({
    'an id': "codex resume 'an id'",
  });
});

test('another folder than the usual one is named to the Codex that goes on', () => {
  expect(resumeCommand('id', { root: '/srv/my codex', home: '/home/me' })).toBe(
    "CODEX_HOME='/srv/my codex' codex resume id",
  );
});
