import { expect, test } from 'vitest';
import { attachCommand, resumeCommands } from '../../../src/agents/claude/resume.ts';

const home = '/home/me';
const roots = ['/home/me/.claude', '/srv/my claude'].map((path) => ({
  path,
  exists: true,
  keepsRecords: true,
  cleanupDays: 30,
}));

test('a conversation goes on by the name of its file, quoted for a shell', () => {
  const artifacts = new Map([
    ['id', { path: '/home/me/.claude/projects/x/an Id.jsonl', size: 1, mtime: 0 }],
    ['missing', null],
  ]);
  expect(Object.fromEntries(resumeCommands({ artifacts, roots }, home))).toEqual({ id: "claude --resume 'an Id'" });
});

test('another folder than the usual one is named to the Claude that goes on or attaches', () => {
  const artifacts = new Map([['id', { path: '/srv/my claude/projects/x/id.jsonl', size: 1, mtime: 0 }]]);
  expect(resumeCommands({ artifacts, roots }, home).get('id')).toBe(
    "CLAUDE_CONFIG_DIR='/srv/my claude' claude --resume id",
  );
  const jobId = '87dc548e';
  expect(attachCommand({ jobId, path: '/srv/my claude/sessions/7.json' }, roots, home)).toBe(
    "CLAUDE_CONFIG_DIR='/srv/my claude' claude attach 87dc548e",
  );
  expect(attachCommand({ jobId, path: '/home/me/.claude/sessions/7.json' }, roots, home)).toBe(
    'claude attach 87dc548e',
  );
});
