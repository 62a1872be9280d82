import fc from 'fast-check';
import { test } from 'vitest';
import { parse } from 'yaml';
import { isDeepStrictEqual } from 'node:util';
import { agentFacts } from '../../src/agents/agent-facts.ts';
import type { Edit, Value } from '../../src/core/model/drift.ts';
import { prepareText } from '../../src/registry/prepare.ts';
import { takeBackText } from '../../src/registry/take-back.ts';
import { propertyRuns } from '../core/property-runs.ts';
import { wholeRepair } from './scratch-registry.ts';
import { parseSource } from '../../src/yaml/source.ts';
import { writeInline } from '../../src/yaml/write-value.ts';

const word = fc.oneof(
  fc.constantFrom(
    'running',
    'yes',
    '007',
    '1e3',
    'null',
    '~',
    '2026-07-01T09:00:00Z',
    'a: b',
    'x #y',
    "it's",
    '',
    ' z',
    '- a',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const key = fc.constantFrom('status', 'workspace', 'terminated_at', 'note', 'cwd');
const scalar: fc.Arbitrary<Value> = fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null));
const comment = fc.constantFrom('', ' # why', '   # a: b, {c}');

const entry = fc.record({
  fields: fc.uniqueArray(fc.tuple(key, scalar, comment), { selector: ([name]) => name, minLength: 1 }),
  braces: fc.boolean(),
  blank: fc.boolean(),
});

const registry = fc
  .record({
    entries: fc.array(entry, { minLength: 1, maxLength: 4 }),
    crlf: fc.boolean(),
    list: fc.boolean(),
    end: fc.boolean(),
  })
  .map(({ entries, crlf, list, end }) => {
    const lines = ['# top', 'sessions: # all'];
    for (const [index, { fields, braces, blank }] of entries.entries()) {
      const pairs = fields.map(([name, value]) => `${name}: ${writeInline(value)}`);
      if (blank) lines.push('', '  # before');
      if (list && braces) lines.push(`  - { name: s${index}, ${pairs.join(', ')} }${fields[0]?.[2] ?? ''}`);
      else if (list)
        lines.push(`  - name: s${index}`, ...pairs.map((pair, at) => `    ${pair}${fields[at]?.[2] ?? ''}`));
      else if (braces) lines.push(`  s${index}: { ${pairs.join(', ')} }${fields[0]?.[2] ?? ''}`);
      else lines.push(`  s${index}:`, ...pairs.map((pair, at) => `    ${pair}${fields[at]?.[2] ?? ''}`));
    }
    return { text: lines.join(crlf ? '\r\n' : '\n') + (end ? (crlf ? '\r\n' : '\n') : ''), count: entries.length };
  });

const edit = fc.oneof(
  fc.record({ op: fc.constant('set' as const), at: fc.nat(), path: key.map((name) => [name]), to: scalar }),
  fc.record({ op: fc.constant('set' as const), at: fc.nat(), path: fc.constant(['pane', 'pid']), to: scalar }),
  fc.record({
    op: fc.constant('prepend' as const),
    at: fc.nat(),
    path: fc.constant(['previous_session_ids']),
    to: scalar,
  }),
);

test('arbitrary edits change what they say and no other line, and undo brings the old bytes back', () => {
  fc.assert(
    fc.property(registry, fc.array(edit, { minLength: 1, maxLength: 4 }), ({ text, count }, wanted) => {
      const edits = wanted.map(({ op, at, path, to }): Edit => {
        const entry = { session: `s${at % count}`, socket: null };
        return op === 'set' ? { op, entry, path, from: undefined, to } : { op, entry, path, item: { id: to } };
      });
      const source = parseSource(text);
      const { prepared } = prepareText(source, edits, agentFacts);
      if (prepared.refused.length > 0) return false;
      const touched = new Set(edits.map(({ entry }) => entry.session));
      for (let index = 0; index < count; index += 1) {
        const session = `s${index}`;
        if (!touched.has(session) && !isDeepStrictEqual(entryOf(text, session), entryOf(prepared.text, session)))
          return false;
      }
      const last = edits.at(-1);
      if (last?.op === 'set') {
        let value: unknown = entryOf(prepared.text, last.entry.session);
        for (const name of last.path) value = isRecord(value) ? value[name] : undefined;
        if (!isDeepStrictEqual(value, last.to)) return false;
      }
      const comments = (all: string) => all.match(/# (why|a: b, \{c\}|before|top|all)/g)?.length;
      if (comments(text) !== comments(prepared.text)) return false;
      const taken = takeBackText(parseSource(prepared.text), wholeRepair(prepared), agentFacts);
      return taken.kind === 'prepared' && taken.prepared.text === text;
    }),
    propertyRuns(125),
  );
});

function entryOf(text: string, session: string): unknown {
  const { sessions } = parse(text) as { sessions: unknown };
  if (!Array.isArray(sessions)) return isRecord(sessions) ? sessions[session] : undefined;
  return sessions.find((item: unknown) => isRecord(item) && item['name'] === session);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
