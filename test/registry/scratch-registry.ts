import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Edit } from '../../src/core/model/drift.ts';
import { agentFacts } from '../../src/agents/agent-facts.ts';
import { makeRegistryFile, type RegistryFileOptions } from '../../src/registry/disk-registry-file.ts';
import { lockedError } from '../../src/registry/disk-registry-file.ts';
import type { Prepared, RegistryFile, RepairToTakeBack } from '../../src/registry/registry-file.ts';
import { pairsOf } from '../../src/core/model/branded.ts';

/** Makes a registry in a folder of its own, which is removed when the test is over. */
export async function scratchRegistry(
  content: string | Uint8Array | null,
  isShared = false,
  signal = new AbortController().signal,
) {
  const folder = await mkdtemp(join(tmpdir(), 'asm-registry-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'agent-sessions.yaml');
  if (content !== null) await writeFile(path, content);
  const open = (more: Pick<RegistryFileOptions, 'waitMs'> = {}) =>
    makeRegistryFile({
      path,
      lockPath: `${path}.lock`,
      stateDir: join(folder, 'state'),
      cacheDir: join(folder, 'cache'),
      agents: agentFacts,
      now: Date.now,
      wait: () => Promise.resolve(),
      signal,
      isShared: () => isShared,
      ...more,
    });
  return { folder, path, open, file: open() };
}

export type ScratchRegistry = Awaited<ReturnType<typeof scratchRegistry>>;

/** Reads, prepares and returns the new text. */
export async function edited(registry: ScratchRegistry, edits: readonly Edit[]): Promise<string> {
  const read = await registry.file.read({ knowsEntries: false, registered: new Set(), mayCache: true });
  if (read.kind === 'unreadable') throw new Error(`${read.message} at ${read.where}`);
  return (await registry.file.prepare(read, edits)).text;
}

/** Returns all that was prepared as one repair, with `undo` as the log keeps it. */
export function wholeRepair({ undo, entryHashes }: Prepared): RepairToTakeBack {
  return {
    undo: JSON.parse(JSON.stringify(undo)),
    entries: new Set(pairsOf(entryHashes).map(([id]) => id)),
    keep: [],
    standsAs: new Map(),
  };
}

/** Tries once to put the text in place, as the writer does under the lock. */
export function swapOnce(
  file: RegistryFile,
  expected: string | null,
  prepared: Prepared,
  signal = new AbortController().signal,
): Promise<'swapped' | 'changed'> {
  return file.underLock((held) => Promise.resolve(held.swap(expected, prepared)), signal);
}

/** Makes a registry whose lock another process keeps. */
export function lockedBy(...holders: readonly string[]): Pick<RegistryFile, 'underLock'> {
  return { underLock: () => Promise.reject(lockedError('/run/lock', holders)) };
}
