import type { AgentFacts } from '../core/model/agent.ts';
import type { Registry } from '../core/model/entry.ts';
import type { Source } from '../yaml/source.ts';
import type { EntryCache } from './entry-cache.ts';
import { registryHash } from './hash.ts';
import { hashesOfBlocks } from './registry-blocks.ts';
import { readFileText } from './read-text.ts';
import { readChanged, type ReadEntries } from './read-changed.ts';
import type { Known, ReadResult, RegistryFile } from './registry-file.ts';
import { gone, unreadable, unreadableFile } from './unreadable-answer.ts';

type Texts = Pick<RegistryFile, 'prepare' | 'holds' | 'takeBack'> & {
  /** Reads the file once, even while a writer changes it. */
  readonly readOnce: (known: Known) => Promise<ReadResult>;
};

/** Reads and changes the registry's text. The parser is loaded only if the text differs from that of the last pass. */
export function makeTexts(path: string, cache: EntryCache, agents: readonly AgentFacts[]): Texts {
  let parsed: Source | null = null;

  async function sourceOf(text: string): Promise<Source> {
    if (parsed?.text === text) return parsed;
    const { parseSource } = await import('../yaml/source.ts');
    parsed = parseSource(text);
    return parsed;
  }

  return {
    readOnce: (known) => readOnce(path, known, { cache, agents, sourceOf }),
    prepare: async ({ text, registry }, edits) => {
      const entries = registry.hash === null ? null : cache.load(registry.hash);
      if (text !== null && entries !== null && cache.last()?.blocks != null) {
        const { prepareChanged } = await import('./prepare-changed.ts');
        const prepared = prepareChanged(text, entries, edits, agents);
        if (prepared !== null) return prepared;
      }
      const { prepareText } = await import('./prepare.ts');
      const { prepared, source } = prepareText(text === null ? null : await sourceOf(text), edits, agents);
      parsed = source;
      return prepared;
    },
    holds: async (text, edits) => {
      const { holdsEdits } = await import('./prepare.ts');
      return holdsEdits(await sourceOf(text), edits, agents);
    },
    takeBack: async (text, repair) => {
      const { takeBackText } = await import('./take-back.ts');
      return takeBackText(await sourceOf(text), repair, agents);
    },
  };
}

interface Reading {
  readonly cache: EntryCache;
  readonly agents: readonly AgentFacts[];
  readonly sourceOf: (text: string) => Promise<Source>;
}

async function readOnce(path: string, known: Known, { cache, agents, sourceOf }: Reading): Promise<ReadResult> {
  const file = readFileText(path);
  if (file.kind === 'failed') return unreadableFile(path, file.cause);
  if (file.kind === 'not-utf8') {
    return unreadable(path, { message: 'it is not UTF-8', at: file.at, cure: 'save it as UTF-8' });
  }
  if (file.kind === 'absent') {
    if (known.knowsEntries) return gone(path, 'the registry is not there any more');
    return { kind: 'absent', registry: { path, entries: [], hash: null, mtime: null }, text: null };
  }
  if (file.text === '' && known.knowsEntries) return gone(path, 'the registry is empty (0 bytes)');
  const { text, realPath, mtime } = file;
  const hash = registryHash(text);
  const registry = (entries: Registry['entries']): ReadResult => ({
    kind: 'read',
    text,
    registry: { path: realPath, entries, hash, mtime },
  });
  const cached = cache.load(hash);
  if (cached !== null) return registry(cached);
  const save = (read: ReadEntries): ReadResult => {
    if (known.mayCache) cache.save(hash, read);
    return registry(read.entries);
  };
  const last = cache.last();
  const byChange = last && (await readChanged(text, last, (short) => readShort(short, agents)));
  if (byChange !== null) return save(byChange);
  const { refuseText } = await import('./why-unreadable.ts');
  const early = refuseText(text);
  if (early !== null) return unreadable(path, early);
  const { readSource } = await import('./read-source.ts');
  const read = readSource(await sourceOf(text), agents, known.registered);
  if (read.kind === 'refused') return unreadable(path, read.refusal);
  const { entries, blocks } = read;
  return save({ entries, blocks: blocks && hashesOfBlocks(blocks) });
}

async function readShort(text: string, agents: readonly AgentFacts[]) {
  const { refuseText } = await import('./why-unreadable.ts');
  const { readSource } = await import('./read-source.ts');
  const { parseSource } = await import('../yaml/source.ts');
  const read = refuseText(text) === null ? readSource(parseSource(text), agents, new Set()) : null;
  return read?.kind === 'read' ? read : null;
}
