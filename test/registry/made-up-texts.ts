import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { agentFacts } from '../../src/agents/agent-facts.ts';
import type { ReadEntries } from '../../src/registry/read-changed.ts';
import { hashesOfBlocks } from '../../src/registry/registry-blocks.ts';
import { readSource } from '../../src/registry/read-source.ts';
import { refuseText } from '../../src/registry/why-unreadable.ts';
import { parseSource } from '../../src/yaml/source.ts';

/** Texts of registries, right and wrong ones, for the tests of what is read and written by blocks. */

/** Reads a text as a whole; `null`: it is refused. */
export function parsed(text: string) {
  if (refuseText(text) !== null) return null;
  const read = readSource(parseSource(text), agentFacts, new Set());
  return read.kind === 'read' ? read : null;
}

export function readWhole(text: string): ReadEntries | null {
  const read = parsed(text);
  return read && { entries: read.entries, blocks: read.blocks && hashesOfBlocks(read.blocks) };
}

/** Texts of the corpora, read as the parser reads them. */
export const samples = ['legal', 'hostile'].flatMap((kind) => {
  const folder = join(import.meta.dirname, 'corpus', kind);
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
});

/** Fields as people and programs write them, and some that reach over lines, entries or documents. */
const fields = [
  'status: running',
  'status: terminated # by hand',
  'cwd: /home/me/a b',
  'pane: { pid: 12, cmd: claude, cwd: /w }',
  'previous_session_ids: [{ id: a1 }, b2]',
  'previous_session_ids:\n{in}  - id: a1\n{in}    until: 2026-07-01T09:00:00Z\n{in}  - b2',
  'previous_session_ids:\n{in}- a1',
  'agent_identities:\n{in}  claude:\n{in}    session_id: 87dc548e-1c1f-4e0c-9d55-0c7a4b1e2f63',
  'monitor: { ignore: false, pin: [] }',
  'monitor: a word',
  'pane: [1]',
  'tmux_socket: work',
  'note: |\n{in}  text: x\n\n{in}  # no comment\n',
  'note: |+\n{in}  kept\n\n',
  'note: >-\n{in}  folded\n\n{in}  more',
  'note: |1\n{in} one',
  'note: "two\n{in}  lines"',
  "note: 'two\n\n{in} lines'",
  'note: plain\n{in}  goes on',
  'note: { a: 1,\n{in}  b: [2,\n{in}  3] }',
  'note:',
  '? note\n{in}: value',
  '<<: { cwd: /merged }',
  'note: !!str 007',
  '"status": running',
  '# only a comment\n{in}cwd: ~',
  '',
];
const troubles = [
  'note: &a x',
  'note: *a',
  '<<: *a',
  'note: !mine x',
  'note: "open',
  'note: [open',
  'note: { open',
  'note: x: y',
  '\tnote: tab',
  'note:\tx',
  'note: x\r',
  'note: x\u2028y: z',
  'status: running\n{in}status: running',
  'note: %x',
  'note: }',
];

const line = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...fields) },
  { weight: 1, arbitrary: fc.constantFrom(...troubles) },
);
const gap = fc.constantFrom(
  '',
  '',
  '',
  '\n',
  '# at the margin\n',
  '  # as its neighbours\n',
  '      # deep\n\n',
  '\t\n',
  '  \n',
);
const name = fc.constantFrom('one', 'two', 'three', '"four"', 'null', '007', 'a b', "it's", 'ü');
export const entry = fc.record({ name, lines: fc.array(line, { maxLength: 4 }), gap, open: fc.boolean() });
export type AnEntry = typeof entry extends fc.Arbitrary<infer One> ? One : never;

const oddHead: fc.Arbitrary<string> = fc.constantFrom(
  '\ufeffsessions:\n',
  '%YAML 1.1\n---\nsessions:\n',
  '---\nsessions:\n',
  'base: &a { cwd: / }\nsessions:\n',
  'note: |\n  sessions:\nsessions:\n',
  '"sessions":\n',
  'sessions: !!map\n',
  'sessions: {\n',
);
export const head = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('sessions:\n', 'version: 1\nsessions: # all\n\n  # the first\n') },
  { weight: 1, arbitrary: oddHead },
);
const oddTail: fc.Arbitrary<string> = fc.constantFrom('...\n', '---\nother: 1\n', '}\n');
export const tail = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('', '', '# end', 'version: 1\n', 'more:\n  one: 1\n') },
  { weight: 1, arbitrary: oddTail },
);
export const style = fc.record({
  indent: fc.constantFrom('  ', '    ', ''),
  list: fc.boolean(),
  crlf: fc.boolean(),
  end: fc.boolean(),
});

function written({ name, lines, gap, open }: AnEntry, { indent, list }: { indent: string; list: boolean }): string {
  const inside = `${indent}  `;
  const all = lines.map((one) => one.replaceAll('{in}', inside));
  if (list)
    return [`${indent}- ${open ? 'name' : 'session'}: ${name}`, ...all.map((one) => inside + one), gap].join('\n');
  if (all.length === 0) return `${indent}${name}: ${open ? '{ status: running }' : ''}\n${gap}`;
  return `${indent}${name}:\n${all.map((one) => `${inside}${one}\n`).join('')}${gap}`;
}

/** A registry before its style is known. */
export interface Draft {
  readonly head: string;
  readonly entries: AnEntry[];
  readonly tail: string;
}

export const draft: fc.Arbitrary<Draft> = fc.record({
  head,
  entries: fc.array(entry, { minLength: 1, maxLength: 5 }),
  tail,
});

export type Layout = typeof style extends fc.Arbitrary<infer One> ? One : never;

export function textOfDraft({ head, entries, tail }: Draft, how: Layout): string {
  const text = head + entries.map((one) => written(one, how)).join('') + tail;
  const ended = how.end ? text : text.replace(/\n$/, '');
  return how.crlf ? ended.replaceAll(/\r?\n/g, '\r\n') : ended;
}
