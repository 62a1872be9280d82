import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { shortest, usualCleanup, type RootCleanup } from './cleanup.ts';
import { claudeRootOf } from './claude-process.ts';
import type { StartFolder } from '../../core/plan/need.ts';
import type { Process } from '../../core/model/observation.ts';
import { statOrBlind } from '../../system/absent-or-blind.ts';
import { namesOrNone } from '../../system/if-readable.ts';
import { fileKey, readRegular } from '../../system/read-regular.ts';
import { isObject, jsonIn } from '../../system/json.ts';

/** Where a Claude starts, or may start: the folder's and the project's settings count beside the user's. */
export interface ClaudeStart {
  readonly cwd: string;
  /** The arguments of a living Claude; none for a folder that only an entry names. */
  readonly argv: readonly string[];
}

const nothing: Kept = { key: '', said: null };
const usualManagedFolder =
  process.platform === 'darwin' ? '/Library/Application Support/ClaudeCode' : '/etc/claude-code';

/**
 * Finds how long transcripts are kept. Each Claude merges the settings that hold where it starts (managed, then
 * `--settings`, local, project, user) and then cleans up *all* projects of its root by them
 * (anthropics/claude-code#90148). So the shortest time of any known start rules the whole root.
 */
export function makeCleanupReader(managedFolder = usualManagedFolder) {
  let known: Cache = new Map();
  return (roots: ReadonlyMap<string, readonly ClaudeStart[]>): ReadonlyMap<string, RootCleanup> => {
    const fresh: Cache = new Map();
    const read = (path: string): RootCleanup | null => readSettings(path, known, fresh);
    const managed = managedFiles(managedFolder).flatMap((path) => read(path) ?? [])[0] ?? null;
    const cleanupOf = (root: string, starts: readonly ClaudeStart[]): RootCleanup => {
      if (managed !== null) return managed;
      const user = read(join(root, 'settings.json'));
      const [first, ...others] = starts.map((start) => ruling(start, user, read));
      return first === undefined ? (user ?? usualCleanup) : shortest(first, others);
    };
    const answers = new Map([...roots].map(([root, starts]) => [root, cleanupOf(root, starts)]));
    known = fresh;
    return answers;
  };
}

/**
 * Returns the starts of each root: its living Claudes, and the entries' folders. If a folder's root is not known, it
 * may be any.
 */
export function startsOf(
  roots: readonly string[],
  agents: readonly Process[],
  folders: readonly StartFolder[],
): ReadonlyMap<string, readonly ClaudeStart[]> {
  const living = agents.map((agent) => ({ root: claudeRootOf(agent), cwd: agent.cwd, argv: agent.argv }));
  const known = [...living, ...folders.map((folder) => ({ ...folder, argv: [] }))];
  const startsIn = (path: string): readonly ClaudeStart[] => {
    const starts = new Map<string, ClaudeStart>();
    for (const { root, cwd, argv } of known) {
      if (cwd === null || !isAbsolute(cwd) || (root !== null && root !== path)) continue;
      // Many agents share a folder, and few have settings in their arguments.
      const options = argv.some((word) => word.startsWith('--setting')) ? argv : [];
      starts.set([cwd, ...options].join('\0'), { cwd, argv });
    }
    return [...starts.values()];
  };
  return new Map(roots.map((root) => [root, startsIn(root)]));
}

interface Kept {
  readonly key: string;
  readonly said: RootCleanup | null;
}

type Cache = Map<string, Kept>;
type Read = (path: string) => RootCleanup | null;

/** Lists the files of managed settings, the strongest first: the folder's by name from the last, then the base file. */
function managedFiles(folder: string): readonly string[] {
  const added = join(folder, 'managed-settings.d');
  const names = namesOrNone(added).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
  return [
    ...names
      .toSorted()
      .toReversed()
      .map((name) => join(added, name)),
    join(folder, 'managed-settings.json'),
  ];
}

/** Returns how long a Claude that starts there keeps transcripts. */
function ruling({ cwd, argv }: ClaudeStart, user: RootCleanup | null, read: Read): RootCleanup {
  const named = optionOf(argv, 'settings');
  const option = named === null ? null : byOption(named, cwd, read);
  if (option !== null) return option;
  const sources = optionOf(argv, 'setting-sources')?.split(',') ?? null;
  const counts = (source: string): boolean => sources === null || sources.includes(source);
  const byUser = (counts('user') ? user : null) ?? usualCleanup;
  // Most folders have none: with a thousand sessions each path that is read costs 3 ms a pass.
  if (!existsSync(`${cwd}/.claude`)) return byUser;
  return (
    (counts('local') ? read(join(cwd, '.claude/settings.local.json')) : null) ??
    (counts('project') ? read(join(cwd, '.claude/settings.json')) : null) ??
    byUser
  );
}

/** Reads the settings of `--settings`: JSON, or a file of it. */
function byOption(named: string, cwd: string, read: Read): RootCleanup | null {
  if (!named.trimStart().startsWith('{')) return read(named.startsWith('/') ? named : join(cwd, named));
  const days = daysIn(named);
  return days === null ? null : { cleanupDays: days, cleanupSetBy: '--settings' };
}

function optionOf(argv: readonly string[], name: string): string | null {
  const at = argv.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  const word = argv[at];
  if (word === undefined) return null;
  return word === `--${name}` ? (argv[at + 1] ?? null) : word.slice(name.length + 3);
}

/**
 * Reads the clean-up time from a settings file; `null`: it has none. Of an unchanged file only size and time are read,
 * once a pass.
 */
function readSettings(path: string, known: Cache, fresh: Cache): RootCleanup | null {
  const done = fresh.get(path);
  if (done !== undefined) return done.said;
  const kept = settingsAt(path, known.get(path));
  fresh.set(path, kept);
  return kept.said;
}

function settingsAt(path: string, known: Kept | undefined): Kept {
  try {
    const stat = statOrBlind(path);
    if (stat === null) return nothing;
    const key = fileKey(stat);
    return known?.key === key ? known : { key, said: cleanupIn(path, readRegular(path, stat) ?? '') };
  } catch {
    // This user's Claude cannot read the file either.
    return nothing;
  }
}

function cleanupIn(path: string, text: string): RootCleanup | null {
  const days = daysIn(text);
  return days === null ? null : { cleanupDays: days, cleanupSetBy: path };
}

function daysIn(text: string): number | null {
  // A half-written file has no settings: Claude ignores it too.
  const settings = jsonIn(text);
  const days = isObject(settings) ? settings['cleanupPeriodDays'] : null;
  return typeof days === 'number' && days >= 1 ? days : null;
}
