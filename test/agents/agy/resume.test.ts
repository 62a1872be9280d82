import { expect, test } from 'vitest';
import { resumeCommands } from '../../../src/agents/agy/resume.ts';

test('a conversation goes on by the name of its file, quoted for a shell', () => {
  const artifacts = new Map([
    ['id', { path: '/x/an Id.db', size: 1, mtime: 0 }],
    ['missing', null],
  ]);
  expect(Object.fromEntries(resumeCommands(artifacts))).toEqual({ id: "agy --conversation 'an Id'" });
});
