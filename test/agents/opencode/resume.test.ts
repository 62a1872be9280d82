import { expect, test } from 'vitest';
import { resumeCommands } from '../../../src/agents/opencode/resume.ts';

test('every recorded conversation goes on by its id, quoted for a shell', () => {
  expect(Object.fromEntries(resumeCommands(['ses_Abc', 'an Id']))).toEqual({
    ses_abc: 'opencode -s ses_Abc',
    'an id': "opencode -s 'an Id'",
  });
});
