import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makePaneTerminals, terminalsHeldBy } from '../../src/trigger/pane-terminals.ts';

let folder: string;
let abort: AbortController;
let hints: number;
beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), 'asm-terminals-'));
  abort = new AbortController();
  hints = 0;
});
afterEach(() => {
  abort.abort();
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** Holds terminals as a tmux server does; a terminal exists while a file of its name does. */
function watching(sockets: readonly string[] = []) {
  const panes = makePaneTerminals(folder, () => (hints += 1), abort.signal);
  const follow = () => panes.follow({ servers: [process.pid], sockets });
  follow();
  const hintsAfter = async (name: string): Promise<number> => {
    const before = hints;
    panes.changed(name);
    await vi.advanceTimersByTimeAsync(20_000);
    return hints - before;
  };
  return { follow, hintsAfter, changed: panes.changed };
}

const place = (name: string) => writeFileSync(join(folder, name), '');

async function holding(): Promise<{ name: string; close(): Promise<void> }> {
  const before = terminalsHeldBy('self');
  const terminal = await open('/dev/ptmx', 'r+');
  const name = terminalsHeldBy('self').find((one) => !before.includes(one)) ?? '';
  place(name);
  return { name, close: () => terminal.close() };
}

test('the birth and the death of a pane are a hint each, even if another program gets its number at once', async () => {
  const { hintsAfter } = watching();
  const terminal = await holding();
  expect(await hintsAfter(terminal.name)).toBe(1);
  await terminal.close();
  expect(await hintsAfter(terminal.name)).toBe(1);
  expect(await hintsAfter(terminal.name), 'it is no pane any more').toBe(0);
});

test('the end of a pane is heard that came just before a pass was over, while another terminal was undecided', async () => {
  const [first, second] = [await holding(), await holding()];
  const { follow, changed, hintsAfter } = watching();
  await first.close();
  changed(first.name);
  await second.close();
  follow();
  // Only now does the kernel tell of the second one.
  expect(await hintsAfter(second.name)).toBe(1);
  expect(await hintsAfter(second.name), 'it is no pane any more').toBe(0);
});

test('the panes that were there before are known', async () => {
  const terminal = await holding();
  const { hintsAfter } = watching();
  await terminal.close();
  unlinkSync(join(folder, terminal.name));
  expect(await hintsAfter(terminal.name)).toBe(1);
});

test('the end of a pane that a pass has seen is a hint, also before the owners of new terminals are asked for', async () => {
  const { follow, hintsAfter, changed } = watching();
  place('90000');
  expect(await hintsAfter('90000'), 'of another program: the next question waits').toBe(0);
  changed('90000');
  await vi.advanceTimersByTimeAsync(100);
  const terminal = await holding();
  changed(terminal.name);
  follow();
  expect(hints).toBe(0);
  await terminal.close();
  unlinkSync(join(folder, terminal.name));
  changed(terminal.name);
  expect(hints).toBe(1);
});

test('the terminals of others are none, unless a new server stands at a socket that is looked at', async () => {
  const socket = join(folder, 'socket');
  const { follow, hintsAfter } = watching([socket]);
  place('90000');
  expect(await hintsAfter('90000')).toBe(0);
  place('socket');
  expect(await hintsAfter('90000')).toBe(1);
  follow();
  expect(await hintsAfter('90000')).toBe(0);
  expect(await hintsAfter('90001')).toBe(0);
});
