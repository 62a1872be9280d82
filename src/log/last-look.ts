import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { emptyLastLook, type EntryMemory, type LastLook } from '../core/memory.ts';
import { clean } from '../core/text.ts';
import { shortHash } from '../short-hash.ts';
import { writeStateFile } from '../state-file.ts';

export interface LastLookStore {
  load(): Promise<LastLook>;
  /** Writes only the files whose content changed. @returns why it could not: this process then remembers it alone. */
  save(look: LastLook, previous: LastLook): Promise<string | null>;
}

/** What one `<workspace>.state` holds, by registry: two registries may use one workspace name. */
type StateFile = Record<string, Partial<LastLook>>;

/**
 * The last look at the world: one `<workspace>.state` a workspace (percent-encoded); what belongs to no workspace
 * (boot, sessions, blind sources) stands in `.state`. A cache: what cannot be read is taken for nothing.
 */
export function makeLastLookStore(options: {
  readonly cacheDir: string;
  readonly registryPath: string;
  /** Told once when it cannot be saved. */
  readonly warn: (line: string) => void;
}): LastLookStore {
  const { cacheDir, warn } = options;
  const registry = shortHash(options.registryPath);
  let loaded: { readonly stamp: string; readonly look: LastLook } | null = null;
  let trouble: string | null = null;

  /** The very same object again while no file changed. */
  function load(): LastLook {
    const names = stateFiles(cacheDir);
    const stamp = stampOfAll(names);
    if (loaded?.stamp !== stamp) loaded = { stamp, look: readAll(names) };
    return loaded.look;
  }

  function stampOfAll(names: readonly string[]): string {
    return names.map((name) => `${name} ${stampOf(join(cacheDir, name))}`).join('\n');
  }

  function readAll(names: readonly string[]): LastLook {
    const entries: Record<string, EntryMemory> = {};
    let rest: Partial<LastLook> = {};
    for (const name of names) {
      const part = readState(join(cacheDir, name))[registry];
      if (part === undefined) continue;
      Object.assign(entries, part.entries);
      if (name === commonFile) rest = part;
    }
    return { ...emptyLastLook, ...rest, entries };
  }

  async function save(look: LastLook, previous: LastLook): Promise<string | null> {
    try {
      // What could not be saved before is none of the files' content.
      await saveChanges(look, trouble === null ? previous : readAll(stateFiles(cacheDir)));
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

  async function saveChanges(look: LastLook, previous: LastLook): Promise<void> {
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

  function writePart(path: string, part: Partial<LastLook> | undefined): void {
    const others = othersIn(path);
    writeStateFile(path, JSON.stringify(part === undefined ? others : { ...others, [registry]: part }));
  }

  function othersIn(path: string): StateFile {
    const { [registry]: _, ...others } = readState(path);
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

const ending = '.state';
const commonFile = ending;

function split(look: LastLook): Map<string, Partial<LastLook>> {
  const { entries, ...rest } = look;
  const files = new Map<string, Partial<LastLook> & { entries?: Record<string, EntryMemory> }>();
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
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as StateFile) : {};
  } catch {
    return {};
  }
}
