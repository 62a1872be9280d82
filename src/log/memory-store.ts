import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pairsOf } from '../core/model/branded.ts';
import { groupBy } from '../core/model/group-by.ts';
import { emptyMemory, type Memory } from '../core/model/memory.ts';
import { clean } from '../core/words/text.ts';
import { messageOf } from '../system/errno.ts';
import { fileNameOf } from '../system/file-name.ts';
import { shortHash } from '../system/hash.ts';
import { fileKeyAt, namesOrNone } from '../system/if-readable.ts';
import { isObject, readJson } from '../system/json.ts';
import { LockBusyError, withLock, type LockOptions } from '../system/lock.ts';
import { realPathOf } from '../system/real-path.ts';
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
  /** The registry's state folder: what its log holds and what is remembered belong together. */
  readonly stateDir: string;
  /** Names the present boot of this machine's own place; `null`: not known, or a namespace beside the first. */
  readonly bootId: string | null;
  /** Called once when it cannot be saved. */
  readonly warn: (line: string) => void;
  /** How it waits for another process that saves. Absent: for 5 s. */
  readonly lock?: Pick<LockOptions, 'waitMs' | 'staleMs'>;
}

/**
 * The content of one `<workspace>.state`, by registry, place and state folder: two registries may use one workspace
 * name, and two monitors with state folders of their own one registry.
 */
type StateFile = Readonly<Record<string, Partial<StoredMemory>>>;

/** `elsewhere` is what 0.1.0 wrote and reads. */
type StoredMemory = Omit<Memory, 'foreignConversations'> & { readonly elsewhere: Memory['foreignConversations'] };

/**
 * Keeps the memory of the last pass: one `<workspace>.state` for each workspace (see `fileNameOf`), and `.state` for the
 * rest (boot, sessions, blind sources). It is a cache: an unreadable file is ignored.
 */
export class FileMemoryStore implements MemoryStore {
  readonly #cacheDir: string;
  readonly #bootId: string | null;
  readonly #warn: (line: string) => void;
  readonly #lock: LockOptions;
  /** The key of the registry alone: 0.1.0 knew no places. */
  readonly #registry: string;
  /** The key of the registry and the place, from before state folders counted. */
  readonly #former: string;
  readonly #own: string;
  #loaded: { readonly stamp: string; readonly memory: Memory } | null = null;
  #trouble: string | null = null;
  #isTakenOver = false;
  /** The files in which nothing is left: earlier versions emptied the file of a workspace, and kept it. */
  #emptied: readonly string[] = [];

  constructor({ cacheDir, registryPath, place, stateDir, bootId, warn, lock = usualLock }: Options) {
    this.#cacheDir = cacheDir;
    this.#bootId = bootId;
    this.#warn = warn;
    this.#lock = lock;
    this.#registry = shortHash(registryPath);
    this.#former = `${this.#registry}@${place}`;
    this.#own = `${this.#former}@${shortHash(realPathOf(stateDir))}`;
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
      // Memory that could not be saved, or was taken over, is not in the files.
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
    return namesOrNone(this.#cacheDir).filter((name) => name.endsWith(ending));
  }

  #stampOf(files: readonly string[]): string {
    return files.map((name) => `${name} ${fileKeyAt(join(this.#cacheDir, name))}`).join('\n');
  }

  #readAll(files: readonly string[]): Memory {
    const own = this.#partsOf(files, this.#own);
    if (own !== emptyMemory) return own;
    const former = this.#partsOf(files, this.#former);
    if (former !== emptyMemory) {
      this.#isTakenOver = true;
      return former;
    }
    // The memory of 0.1.0 is taken over unless the machine has booted since.
    const oldest = this.#partsOf(files, this.#registry);
    this.#isTakenOver = this.#bootId !== null && oldest.bootId === this.#bootId;
    return this.#isTakenOver ? oldest : emptyMemory;
  }

  #partsOf(files: readonly string[], key: string): Memory {
    const states = files.map((name) => [name, readState(join(this.#cacheDir, name))] as const);
    this.#emptied = states.flatMap(([name, state]) => (state !== null && isEmpty(state) ? [name] : []));
    const parts = states.map(([name, state]) => [name, state?.[key]] as const);
    if (parts.every(([, part]) => part === undefined)) return emptyMemory;
    const entries = Object.fromEntries(parts.flatMap(([, part]) => pairsOf(part?.entries ?? {})));
    const { elsewhere: foreignConversations = [], ...common } = parts.find(([name]) => name === commonFile)?.[1] ?? {};
    return { ...emptyMemory, ...common, foreignConversations, entries };
  }

  async #saveChanges(memory: Memory, previous: Memory): Promise<void> {
    if (memory === previous) return;
    const [after, before] = [split(memory), split(previous)];
    const differing = [...new Set([...after.keys(), ...before.keys()])].filter(
      (name) => JSON.stringify(after.get(name)) !== JSON.stringify(before.get(name)),
    );
    const changed = [...new Set([...differing, ...this.#emptied.filter((name) => !after.has(name))])];
    const write = (): void => changed.forEach((name) => this.#writePart(join(this.#cacheDir, name), after.get(name)));
    const isShared = changed.some((name) => Object.keys(this.#othersIn(join(this.#cacheDir, name))).length > 0);
    // Most users have one registry: they pay for no lock.
    await (isShared ? writeLocked(join(this.#cacheDir, commonFile), write, this.#lock) : write());
  }

  #writePart(path: string, part: Partial<StoredMemory> | undefined): void {
    const others = this.#othersIn(path);
    const parts = part === undefined ? others : { ...others, [this.#own]: part };
    // Each pass asks for every file: none is left of a workspace without an entry.
    if (isEmpty(parts)) rmSync(path, { force: true });
    else writeStateFile(path, JSON.stringify(parts));
  }

  #othersIn(path: string): StateFile {
    const { [this.#own]: _, [this.#former]: __, [this.#registry]: ___, ...others } = readState(path) ?? {};
    return others;
  }
}

const usualLock: LockOptions = { waitMs: 5_000 };

/**
 * Writes under the lock, if it can be had. A busy lock holds up no pass: only another registry's memory of one pass is
 * lost.
 */
async function writeLocked(path: string, write: () => void, lock: LockOptions): Promise<void> {
  try {
    await withLock(path, write, lock);
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
  const files = new Map<string, Partial<StoredMemory>>();
  files.set(commonFile, { ...rest, elsewhere: foreignConversations });
  const byFile = groupBy(pairsOf(entries), ([, { workspace }]) => `${fileNameOf(workspace ?? '')}${ending}`);
  for (const [name, pairs] of byFile) files.set(name, { ...files.get(name), entries: Object.fromEntries(pairs) });
  return files;
}

function isEmpty(state: StateFile): boolean {
  return Object.keys(state).length === 0;
}

function readState(path: string): StateFile | null {
  return readJson(path, (value) => (isObject(value) ? (value as StateFile) : null), largest);
}
