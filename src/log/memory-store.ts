import { type EntryId, pairsOf } from '../core/model/branded.ts';
import { join } from 'node:path';
import { emptyMemory, type EntryMemory, type Memory } from '../core/model/memory.ts';
import { clean } from '../core/words/text.ts';
import { messageOf } from '../system/errno.ts';
import { shortHash } from '../system/hash.ts';
import { fileKeyAt, names } from '../system/if-readable.ts';
import { isObject, readJson } from '../system/json.ts';
import { LockBusyError, withLock } from '../system/lock.ts';
import { writeStateFile } from '../system/replace-file.ts';

export interface MemoryStore {
  load(): Promise<Memory>;
  /**
   * Saves the memory.
   * @returns why it could not be saved: then only this process remembers it
   */
  save(memory: Memory, previous: Memory): Promise<string | null>;
}

interface Options {
  readonly cacheDir: string;
  readonly registryPath: string;
  /** The place of this memory: pids and sockets of another place mean nothing here. */
  readonly place: string;
  /** Names the present boot of this machine's own place; `null`: not known, or a namespace beside the first. */
  readonly bootId: string | null;
  /** Called once when it cannot be saved. */
  readonly warn: (line: string) => void;
}

/** The content of one `<workspace>.state`, by registry and place: two registries may use one workspace name. */
type StateFile = Readonly<Record<string, Partial<StoredMemory>>>;

/** `elsewhere` is what 0.1.0 wrote and reads. */
type StoredMemory = Omit<Memory, 'foreignConversations'> & { readonly elsewhere: Memory['foreignConversations'] };

/**
 * Keeps the memory of the last pass: one `<workspace>.state` for each workspace (percent-encoded), and `.state` for the
 * rest (boot, sessions, blind sources). It is a cache: an unreadable file is ignored.
 */
export class FileMemoryStore implements MemoryStore {
  readonly #cacheDir: string;
  readonly #bootId: string | null;
  readonly #warn: (line: string) => void;
  /** The key of the registry alone: 0.1.0 knew no places. */
  readonly #registry: string;
  readonly #own: string;
  #loaded: { readonly stamp: string; readonly memory: Memory } | null = null;
  #trouble: string | null = null;
  #isTakenOver = false;

  constructor({ cacheDir, registryPath, place, bootId, warn }: Options) {
    this.#cacheDir = cacheDir;
    this.#bootId = bootId;
    this.#warn = warn;
    this.#registry = shortHash(registryPath);
    this.#own = `${this.#registry}@${place}`;
  }

  /** Returns the same object again while no file changed. */
  async load(): Promise<Memory> {
    const files = this.#files();
    const stamp = this.#stampOf(files);
    if (this.#loaded?.stamp !== stamp) this.#loaded = { stamp, memory: this.#readAll(files) };
    return this.#loaded.memory;
  }

  /** Writes only the files whose content changed. */
  async save(memory: Memory, previous: Memory): Promise<string | null> {
    try {
      // Memory that could not be saved, or was taken over from 0.1.0, is not in the files.
      const isOnDisk = this.#trouble === null && !this.#isTakenOver;
      await this.#saveChanges(memory, isOnDisk ? previous : this.#partsOf(this.#files(), this.#own));
      this.#isTakenOver = false;
      this.#trouble = null;
    } catch (error) {
      this.#loaded = { stamp: this.#stampOf(this.#files()), memory };
      const reason = messageOf(error);
      if (this.#trouble === null) {
        this.#warn(`the memory of this pass could not be kept, the next pass knows less: ${clean(reason)}`);
        this.#warn(`make ${clean(this.#cacheDir)} writable, make room on its disk, or set XDG_CACHE_HOME`);
      }
      this.#trouble = reason;
    }
    return this.#trouble;
  }

  #files(): readonly string[] {
    return names(this.#cacheDir).filter((name) => name.endsWith(ending));
  }

  #stampOf(files: readonly string[]): string {
    return files.map((name) => `${name} ${fileKeyAt(join(this.#cacheDir, name))}`).join('\n');
  }

  #readAll(files: readonly string[]): Memory {
    const own = this.#partsOf(files, this.#own);
    if (own !== emptyMemory) return own;
    // The memory of 0.1.0 is taken over unless the machine has booted since.
    const former = this.#partsOf(files, this.#registry);
    this.#isTakenOver = this.#bootId !== null && former.bootId === this.#bootId;
    return this.#isTakenOver ? former : emptyMemory;
  }

  #partsOf(files: readonly string[], key: string): Memory {
    const parts = files.map((name) => [name, readState(join(this.#cacheDir, name))[key]] as const);
    if (parts.every(([, part]) => part === undefined)) return emptyMemory;
    const entries = Object.assign({}, ...parts.map(([, part]) => part?.entries));
    const { elsewhere: foreignConversations = [], ...common } = parts.find(([name]) => name === commonFile)?.[1] ?? {};
    return { ...emptyMemory, ...common, foreignConversations, entries };
  }

  async #saveChanges(memory: Memory, previous: Memory): Promise<void> {
    if (memory === previous) return;
    const [after, before] = [split(memory), split(previous)];
    const changed = [...new Set([...after.keys(), ...before.keys()])].filter(
      (name) => JSON.stringify(after.get(name)) !== JSON.stringify(before.get(name)),
    );
    const write = (): void => changed.forEach((name) => this.#writePart(join(this.#cacheDir, name), after.get(name)));
    const isShared = changed.some((name) => Object.keys(this.#othersIn(join(this.#cacheDir, name))).length > 0);
    // Most users have one registry: they pay for no lock.
    await (isShared ? writeLocked(join(this.#cacheDir, commonFile), write) : write());
  }

  #writePart(path: string, part: Partial<StoredMemory> | undefined): void {
    const others = this.#othersIn(path);
    writeStateFile(path, JSON.stringify(part === undefined ? others : { ...others, [this.#own]: part }));
  }

  #othersIn(path: string): StateFile {
    const { [this.#own]: _, [this.#registry]: __, ...others } = readState(path);
    return others;
  }
}

/**
 * Writes under the lock, if it can be had. A busy lock holds up no pass: only another registry's memory of one pass is
 * lost.
 */
async function writeLocked(path: string, write: () => void): Promise<void> {
  try {
    await withLock(path, write, { waitMs: 5_000 });
  } catch (error) {
    if (!(error instanceof LockBusyError)) throw error;
    write();
  }
}

/** A larger file is no cache: thousands of entries are a few MB; bytes. */
const largest = 1 << 26;

const ending = '.state';
const commonFile = ending;

function split({ entries, foreignConversations, ...rest }: Memory): Map<string, Partial<StoredMemory>> {
  const files = new Map<string, Partial<StoredMemory> & { entries?: Record<EntryId, EntryMemory> }>();
  files.set(commonFile, { ...rest, elsewhere: foreignConversations });
  for (const [id, memory] of pairsOf(entries)) {
    const name = `${encodeURIComponent(memory.workspace ?? '')}${ending}`;
    const file = files.get(name) ?? {};
    files.set(name, { ...file, entries: Object.assign(file.entries ?? {}, { [id]: memory }) });
  }
  return files;
}

function readState(path: string): StateFile {
  return readJson(path, (value) => (isObject(value) ? (value as StateFile) : null), largest) ?? {};
}
