import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Board } from '../../src/board/board.ts';
import { LocalBoard } from '../../src/board/local-board.ts';
import { FileLog } from '../../src/log/file-log.ts';
import { postNews } from '../../src/mcp/post-news.ts';
import { aDrift } from '../log/a-drift.ts';

const signal = AbortSignal.timeout(60_000);
const held = 'a death is held back for a few seconds: its killer may still write it down';

test('of the drifts that are meant it says which are on the card already, and which there are not', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'asm-post-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  let at = 1_000_000;
  const now = (): number => at;
  const log = new FileLog({ dir, registryPath: '/r', now, warn: () => undefined });
  const board: Board = new LocalBoard({ dir: join(dir, 'board'), now, author: 'agent-sessions-monitor' });
  await board.claim('card', { pid: 1, host: 'here' }, signal);
  const registry = { path: '/r', isUsual: true };
  const reader = { log, board, card: 'card', now, registry, graceMs: 5_000, stopPhrases: [] };
  const comment = (...wanted: readonly string[]): Promise<string> => postNews(reader, wanted, signal);
  await log.append([{ kind: 'opened', drift: aDrift({ id: 'death', message: 'gone' }) }]);

  expect(await comment('death', 'nope')).toBe(`${held}\nno such drift: nope`);
  at += 6_000;
  expect(await comment('death')).toBe('posted: gone');
  expect(await comment('death', 'nope')).toBe('said before: death\nno such drift: nope');
  expect(await comment()).toBe('no drift');
});
