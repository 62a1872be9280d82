import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { emptyLastLook, type EntryMemory, type Memory } from '../core/model/memory.ts';
import { clean } from '../core/words/text.ts';
import { regularText } from '../system/read-regular.ts';
import { shortHash } from '../system/short-hash.ts';
import { writeStateFile } from '../system/state-file.ts';

export interface MemoryStore {
  load(): Promise<Memory>;
  /** Writes only the files whose content changed. @returns why it could not: this process then remembers it alone. */
  save(look: Memory, previous: Memory): Promise<string | null>;
}

/** What one `<workspace>.state` holds, by registry and place: two registries may use one workspace name. */
type StateFile = Record<string, Partial<Memory>>;

/**
 * The last look at the world: one `<workspace>.state` a workspace (percent-encoded); what belongs to no workspace
 * (boot, sessions, blind sources) stands in `.state`. A cache: what cannot be read is taken for nothing.
 */
export function makeMemoryStore(options: {
  readonly cacheDir: string;
  readonly registryPath: string;
  /** The place whose look it is: pids and sockets of another one mean nothing here. */
  readonly place: string;
  /** Names the present boot of this machine's own place; `null`: not known, or a namespace beside the first. */
  readonly bootId: string | null;
  /** Told once when it cannot be saved. */
  readonly warn: (line: string) => void;
}): MemoryStore {
  const { cacheDir, bootId, warn } = options;
  const registry = shortHash(options.registryPath);
  const own = `${registry}@${options.place}`;
  let loaded: { readonly stamp: string; readonly look: Memory } | null = null;
  let trouble: string | null = null;
  let isTakenOver = false;

  /** The very same object again while no file changed. */
  function load(): Memory {
    const names = stateFiles(cacheDir);
    const stamp = stampOfAll(names);
    if (loaded?.stamp !== stamp) loaded = { stamp, look: readAll(names) };
    return loaded.look;
  }

  function stampOfAll(names: readonly string[]): string {
    return names.map((name) => `${name} ${stampOf(join(cacheDir, name))}`).join('\n');
  }

  function readAll(names: readonly string[]): Memory {
    const ours = ownParts(names);
    if (ours !== emptyLastLook) return ours;
    // 0.1.0 knew no places: its look is taken over where the machine has not booted since.
    const former = partsOf(names, registry);
    isTakenOver = bootId !== null && former.bootId === bootId;
    return isTakenOver ? former : emptyLastLook;
  }

  function ownParts(names: readonly string[]): Memory {
    return partsOf(names, own);
  }

  function partsOf(names: readonly string[], key: string): Memory {
    const parts = names.map((name) => [name, readState(join(cacheDir, name))[key]] as const);
    if (parts.every(([, part]) => part === undefined)) return emptyLastLook;
    const entries = Object.assign({}, ...parts.map(([, part]) => part?.entries));
    return { ...emptyLastLook, ...parts.find(([name]) => name === commonFile)?.[1], entries };
  }

  async function save(look: Memory, previous: Memory): Promise<string | null> {
    try {
      // What could not be saved before, or was taken over, is none of the files' content.
      await saveChanges(look, trouble === null && !isTakenOver ? previous : ownParts(stateFiles(cacheDir)));
      isTakenOver = false;
      trouble = null;
    } catch (error) {
      loaded = { stamp: stampOfAll(stateFiles(cacheDir)), look };
      const reason = error instanceof Error ? error.message : String(error);
      if (trouble === null) {
        warn(`the last look could not be kept, the next one knows less: ${clean(reason)}`);
        warn(`make ${clean(cacheDir)} writable, make room on its disk, or set XDG_CACHE_HOME`);
      }
      trouble = reason;
    }
    return trouble;
  }

  async function saveChanges(look: Memory, previous: Memory): Promise<void> {
    if (look === previous) return;
    const [after, before] = [split(look), split(previous)];
    const changed = [...new Set([...after.keys(), ...before.keys()])].filter(
      (name) => JSON.stringify(after.get(name)) !== JSON.stringify(before.get(name)),
    );
    const write = (): void => changed.forEach((name) => writePart(join(cacheDir, name), after.get(name)));
    const isShared = changed.some((name) => Object.keys(othersIn(join(cacheDir, name))).length > 0);
    // Most people have one registry: they pay for no lock.
    await (isShared ? underLock(cacheDir, write) : write());
  }

  function writePart(path: string, part: Partial<Memory> | undefined): void {
    const others = othersIn(path);
    writeStateFile(path, JSON.stringify(part === undefined ? others : { ...others, [own]: part }));
  }

  function othersIn(path: string): StateFile {
    const { [own]: _, [registry]: __, ...others } = readState(path);
    return others;
  }

  return { load: () => Promise.resolve(load()), save };
}

/** A lock that cannot be had holds up no pass: what is lost is another registry's memory of one look. */
async function underLock(cacheDir: string, write: () => void): Promise<void> {
  const { lock } = await import('proper-lockfile');
  const release = await lock(join(cacheDir, commonFile), {
    realpath: false,
    stale: 2_000,
    retries: { retries: 50, minTimeout: 20, maxTimeout: 100 },
    onCompromised: () => undefined,
  }).catch(() => null);
  try {
    write();
  } finally {
    await release?.().catch(() => undefined);
  }
}

/** A cache of thousands of entries is a few MB; bytes. */
const largest = 1 << 26;

const ending = '.state';
const commonFile = ending;

function split(look: Memory): Map<string, Partial<Memory>> {
  const { entries, ...rest } = look;
  const files = new Map<string, Partial<Memory> & { entries?: Record<string, EntryMemory> }>();
  const fileOf = (workspace: string | null) => `${encodeURIComponent(workspace ?? '')}${ending}`;
  files.set(commonFile, { ...rest });
  for (const [id, memory] of Object.entries(entries)) {
    const name = fileOf(memory.workspace);
    const file = files.get(name) ?? {};
    files.set(name, { ...file, entries: Object.assign(file.entries ?? {}, { [id]: memory }) });
  }
  return files;
}

function stateFiles(dir: string): string[] {
  try {
    return readdirSync(dir).filter((name) => name.endsWith(ending));
  } catch {
    return [];
  }
}

/** Every write is a new file in the old one's place. */
function stampOf(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return '';
  }
}

function readState(path: string): StateFile {
  try {
    const value: unknown = JSON.parse(regularText(path, largest) ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as StateFile) : {};
  } catch {
    return {};
  }
}
