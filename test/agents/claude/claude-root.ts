import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ClaudeAsk } from '../../../src/agents/claude/claude-files.ts';
import { put, scratchFolder } from '../../observe/scratch.ts';

export const ids = {
  one: '11111111-1111-4111-8111-111111111111',
  two: '22222222-2222-4222-8222-222222222222',
  three: '33333333-3333-4333-8333-333333333333',
} as const;

/** Asks for nothing. */
export const emptyAsk: ClaudeAsk = {
  ids: [],
  recorded: [],
  resumable: [],
  roots: [],
  folders: [],
  processes: [],
  startOf: () => Promise.resolve(null),
};

export const cwd = '/home/me/lab/landing.page';
/** The name that Claude gives the folder of `cwd`. */
export const project = '-home-me-lab-landing-page';

/** Makes a config root of Claude in a folder of the test's own. */
export function claudeRoot() {
  const root = join(scratchFolder(), '.claude');
  mkdirSync(join(root, 'projects'), { recursive: true });
  return {
    root,
    path: (...parts: string[]): string => join(root, ...parts),
    put: (path: string, text: string): string => put(join(root, path), text),
    /** Writes a transcript, in the folder of `cwd` unless another is named. */
    transcript: (id: string, records: readonly object[] = conversation(), folder: string = project): string =>
      put(join(root, 'projects', folder, `${id}.jsonl`), linesOf(records)),
    live: (pid: number, fields: object): string =>
      put(join(root, 'sessions', `${pid}.json`), JSON.stringify({ pid, sessionId: ids.one, ...fields })),
  };
}

/**
 * Returns the beginning of a conversation: lines without a time or a folder come before the first line that has both.
 */
export function conversation(inside: string = cwd): readonly object[] {
  return [
    { type: 'summary', summary: 'Landing page', leafUuid: 'x' },
    { type: 'file-history-snapshot', messageId: 'y', snapshot: { timestamp: '2001-01-01T00:00:00Z' } },
    { type: 'user', sessionId: ids.one, session_id: 'decoy', cwd: inside, timestamp: '2026-07-01T09:00:00.000Z' },
    { type: 'assistant', cwd: '/elsewhere', timestamp: '2026-07-01T09:05:00.000Z' },
    { type: 'ai-title', title: 'Landing page' },
  ];
}

export function linesOf(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
