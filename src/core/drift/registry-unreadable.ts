import type { Difference, Drift } from '../model/drift.ts';
import { type Entry, isLeftAlone } from '../model/entry.ts';
import { clean } from '../words/text.ts';
import type { View } from '../model/view.ts';
import type { DriftKind } from './drift-kind.ts';
import { driftKey, isKeyOf } from './key.ts';
import { about, plain } from './wording.ts';

export const registryUnreadable: DriftKind = {
  name: 'registry-unreadable',
  class: 'L',
  seenWhen: 'the registry, or one entry of it, cannot be read',
  writes: 'nothing',
  tells: 'one with line and column, one when it reads again',
  resolvedMessage: ({ key, session }, { input }) => {
    if (session === null) return 'The registry reads again.';
    const { path, entries } = input.registry;
    const entry = entries.find((one) => one.session === session && isKeyOf(key, path, 'registry-unreadable', one));
    return entry !== undefined && whatIsOdd(entry) === null ? `${clean(session)}: its entry reads again.` : null;
  },
  // The file itself is the only source.
  isUndecided: () => false,
  detect: (view) => view.input.registry.entries.filter(isOdd).map((entry) => oddEntry(entry, view)),
};

/**
 * Decides whether an entry is half typed, or has an unreadable field. It is not told for an entry that the user wants
 * left alone.
 */
export function isOdd(entry: Entry): boolean {
  if (entry.halfTyped !== null) return !entry.ignore;
  // An unreadable `monitor` or `status` is itself why the entry is left alone.
  const isWhy = entry.misshapen.some(({ path }) => /^monitor\b/.test(path) || (path === 'status' && !entry.ignore));
  return entry.misshapen.length > 0 && (isWhy || !isLeftAlone(entry));
}

function whatIsOdd({ halfTyped, misshapen }: Entry): string | null {
  if (halfTyped !== null) return halfTyped;
  const all = misshapen.map(({ path, line, words }) => `${path} in line ${line} is ${words}`);
  return all.length === 0 ? null : all.join('; ');
}

/**
 * Returns the drift for a file that cannot be read as a whole, as `registry/why-unreadable.ts` decides. There is no plan
 * then.
 */
export function unreadableFileDrift(file: {
  /** The registry's path as the keys of drifts name it. */
  readonly path: string;
  readonly message: string;
  /** `path:line:column`. */
  readonly where: string;
  readonly cure: string;
  /** ms since 1970. */
  readonly at: number;
}): Drift {
  const cure = clean(file.cure);
  return {
    key: driftKey(file.path, 'registry-unreadable', null, []),
    kind: registryUnreadable.name,
    class: registryUnreadable.class,
    session: null,
    workspace: null,
    agent: null,
    message: `Registry unreadable: ${clean(file.message)} (${clean(file.where)}). Nothing is written. Cure: ${cure}.`,
    evidence: [{ source: 'registry', said: file.message, at: file.at }],
    edits: [],
  };
}

function oddEntry(entry: Entry, view: View): Difference {
  const { registry, observation } = view.input;
  const said = whatIsOdd(entry) ?? '';
  const seen =
    entry.halfTyped === null
      ? `${clean(said)}. That is left alone, and so is what would change it.`
      : `its entry in line ${entry.line} is half typed (${clean(said)}). Left alone.`;
  return {
    key: driftKey(registry.path, 'registry-unreadable', entry, []),
    ...about(entry),
    sentence: plain(`${clean(entry.session)}: ${seen}`),
    evidence: [{ source: 'registry', said, at: observation.at }],
    edits: [],
  };
}
