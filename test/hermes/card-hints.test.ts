import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hearPlugin } from '../../src/hermes/card-hints.ts';

let state: string;
beforeEach(() => (state = mkdtempSync(join(tmpdir(), 'asm-hints-'))));
afterEach(() => rmSync(state, { recursive: true }));

test('the file of a watched card is a hint when it is touched, and goes with the watch', async () => {
  const watch = new AbortController();
  const onHint = vi.fn();
  hearPlugin(state, 't_1', onHint, watch.signal);
  const path = join(state, 'hermes/watched/t_1');
  await vi.waitFor(() => {
    utimesSync(path, 1, 1);
    expect(onHint).toHaveBeenCalled();
  }, 60_000);
  watch.abort();
  expect(existsSync(path)).toBe(false);
});

test('a card with another name than Hermes gives, and a folder that cannot be made, have no hints', () => {
  const { signal } = new AbortController();
  hearPlugin(state, '../t_1', vi.fn(), signal);
  hearPlugin('/dev/null/state', 't_1', vi.fn(), signal);
  expect(readdirSync(state)).toEqual([]);
});
