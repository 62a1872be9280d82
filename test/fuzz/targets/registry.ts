import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { parseDocument } from 'yaml';
import { agentFacts } from '../../../src/agents/agent-facts.ts';
import type { Edit } from '../../../src/core/model/drift.ts';
import type { Entry } from '../../../src/core/model/entry.ts';
import { clean } from '../../../src/core/words/text.ts';
import { makeRegistryFile } from '../../../src/registry/disk-registry-file.ts';
import { makeTexts } from '../../../src/registry/read-registry.ts';
import type { ReadEntries } from '../../../src/registry/read-changed.ts';
import type { Readable, ReadResult } from '../../../src/registry/registry-file.ts';
import { wholeRepair } from '../../registry/scratch-registry.ts';
import { scratchFile } from './scratch-file.ts';
import type { Target } from './target.ts';

const corpus = fileURLToPath(new URL('../../registry/corpus', import.meta.url));
const file = scratchFile('agent-sessions.yaml');
const { path } = file;
const onDisk = makeRegistryFile({
  path,
  lockPath: `${path}.lock`,
  stateDir: `${path}.state`,
  cacheDir: `${path}.cache`,
  agents: agentFacts,
  // So no text is young, and each that can be read is read once.
  now: () => 0,
  wait: () => Promise.resolve(),
  signal: new AbortController().signal,
});
const known = { knowsEntries: false, registered: new Set<string>(), mayCache: true };

/**
 * The registry: read, or refused with a place in the text and a cure. What is read can be edited: the value is there
 * then, every other one is as it was, no byte outside the entry differs, and taking it back gives the old bytes. Read by
 * what changed since another text, it says what it says when it is read as a whole.
 */
export const registry: Target = {
  name: 'registry',
  seeds: ['legal', 'hostile'].flatMap((kind) =>
    readdirSync(join(corpus, kind)).map((name) => readFileSync(join(corpus, kind, name), 'utf8')),
  ),
  parse: (text) => readText(text, null),
  check: async (text) => {
    const { texts, read } = await readText(text, null);
    const { saved } = await readText(withoutLine(text), null);
    const { read: byChange } = await readText(text, saved);
    expect(saidBy(byChange)).toEqual(saidBy(read));
    await expectSameOnDisk(text, read);
    if (read.kind === 'unreadable') {
      const [line, column] = read.where.slice(path.length + 1).split(':');
      expect(read.where.startsWith(path)).toBe(true);
      expect(Number(line)).toBeLessThanOrEqual(text.split('\n').length);
      expect([Number(line) > 0, Number(column) > 0, read.cure !== '']).toEqual([true, true, true]);
      expect(clean(read.message)).toBe(read.message);
      return;
    }
    const { entries } = read.registry;
    // Another entry and another edit for each text.
    const entry = entries[text.length % Math.max(entries.length, 1)];
    if (entry === undefined) return;
    const edit = editsOf(entry)[text.length % 3];
    if (edit !== undefined) await edits(read, texts, entry, edit);
  },
};

/** Reads a registry that held entries before: the same, but an empty one is refused. */
async function expectSameOnDisk(text: string, read: ReadResult): Promise<void> {
  const again = await onDisk.read({ knowsEntries: true, registered: new Set(), mayCache: false });
  if (text !== '') return expect(saidBy(again)).toEqual(saidBy(read));
  expect(again).toMatchObject({ kind: 'unreadable', where: path, cure: expect.stringMatching(/./) });
}

/** @param last what was read before, from another text */
async function readText(text: string, last: ReadEntries | null) {
  file.write(text);
  const saved: ReadEntries[] = [];
  const save = (_: string, read: ReadEntries) => void saved.push(read);
  const texts = makeTexts(path, { load: () => null, last: () => last, save }, agentFacts);
  const read = await texts.readOnce(known);
  return { texts, read, saved: saved[0] ?? null };
}

/** Returns the text without one of its lines, another one for each text. */
function withoutLine(text: string): string {
  const lines = text.split('\n');
  return lines.toSpliced(text.length % lines.length, 1).join('\n');
}

function saidBy(read: ReadResult): unknown {
  return read.kind === 'unreadable' ? read : read.registry.entries;
}

type Texts = ReturnType<typeof makeTexts>;

function editsOf({ session, socket }: Entry): readonly (Edit & { readonly op: 'set' })[] {
  const entry = { session, socket };
  return [
    { op: 'set', entry, path: ['status'], from: undefined, to: 'terminated' },
    { op: 'set', entry, path: ['pane', 'pid'], from: undefined, to: 812 },
    { op: 'set', entry, path: ['note'], from: undefined, to: 'a: "b" #c\n' },
  ];
}

async function edits(read: Readable, texts: Texts, entry: Entry, edit: Edit & { op: 'set' }): Promise<void> {
  const text = read.text ?? '';
  const prepared = await texts.prepare(read, [edit]);
  if (prepared.refused.length > 0) {
    expect(prepared.text).toBe(text);
    return;
  }
  const [start, end] = linesOf(entry, read.registry.entries, text);
  expect(prepared.text.startsWith(text.slice(0, start))).toBe(true);
  expect(prepared.text.endsWith(text.slice(end))).toBe(true);
  expect(differences(contentOf(text), contentOf(prepared.text), [])).toSatisfy(isOnly(edit), prepared.text);
  if (prepared.text === text) return;
  const undone = await texts.takeBack(prepared.text, wholeRepair(prepared));
  expect(undone.kind === 'prepared' ? undone.prepared.text : undone.reason).toBe(text);
}

/** Returns where an entry's lines begin, and where those of the next one do. */
function linesOf({ line }: Entry, all: readonly Entry[], text: string): readonly [number, number] {
  const lines = text.split('\n');
  const startOf = (number: number) => lines.slice(0, number - 1).reduce((sum, one) => sum + one.length + 1, 0);
  // The library places a key of no letters where the line before it ends.
  const next = all.find((one) => one.line > line && one.session !== '')?.line;
  return [startOf(line), next === undefined ? text.length : startOf(next)];
}

/** Returns what a text says, by the YAML library alone. */
function contentOf(text: string): unknown {
  const content = (merge: boolean): unknown =>
    parseDocument(text, { merge, uniqueKeys: false, logLevel: 'silent' }).toJS({ mapAsMap: true, maxAliasCount: -1 });
  try {
    return content(true);
  } catch {
    // What `<<` names is no map: then it is a key like any other.
    return content(false);
  }
}

interface Difference {
  readonly path: readonly unknown[];
  readonly value: unknown;
}

/** @param same pairs that were compared already: an alias of an alias stands for the same list a thousand times */
function differences(
  before: unknown,
  after: unknown,
  path: readonly unknown[],
  same = new Map<unknown, unknown>(),
): readonly Difference[] {
  // A key may be a list or a map, which each text has as an object of its own.
  const keys = [...keysOf(before), ...keysOf(after)].filter(
    (key, at, all) => all.findIndex((one) => isDeepStrictEqual(one, key)) === at,
  );
  const isSameKind = before instanceof Map === after instanceof Map && Array.isArray(before) === Array.isArray(after);
  if (keys.length === 0 || !isSameKind) return isDeepStrictEqual(before, after) ? [] : [{ path, value: after }];
  if (same.get(before) === after) return [];
  const found = keys.flatMap((key) => differences(valueIn(before, key), valueIn(after, key), [...path, key], same));
  if (found.length === 0) same.set(before, after);
  return found;
}

function keysOf(value: unknown): readonly unknown[] {
  return value instanceof Map || Array.isArray(value) ? [...value.keys()] : [];
}

function valueIn(value: unknown, key: unknown): unknown {
  if (value instanceof Map) return [...value].find(([one]) => isDeepStrictEqual(one, key))?.[1];
  return Array.isArray(value) ? value[Number(key)] : undefined;
}

/** Decides whether nothing differs but the edited value of one entry. */
function isOnly({ path, to }: Edit & { op: 'set' }) {
  return (found: readonly Difference[]): boolean =>
    found.every(({ path: [sessions, , ...rest], value }) => {
      const isAt = sessions === 'sessions' && rest.every((key, index) => key === path[index]);
      const inner = path.slice(rest.length).reduce(valueIn, value);
      return isAt && found.length === 1 && isDeepStrictEqual(inner, to);
    });
}
