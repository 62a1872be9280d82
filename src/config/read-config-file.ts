import { LineCounter, isMap, isNode, isScalar, parseDocument, type Document } from 'yaml';
import type * as z from 'zod';
import { UsageError } from '../errors.ts';
import { clean } from '../core/words/text.ts';
import { plainWords } from '../yaml/plain-words.ts';
import { configSchema, type Config } from './schema.ts';

/** @throws UsageError with `path:line:column` of the first thing that is wrong. */
export function parseConfig(path: string, text: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined)
    throw wrong(`the config cannot be read: ${clean(plainWords(error))}`, at(path, lines, error.pos[0]));
  // An empty file, or one of comments only, sets nothing.
  const parsed = configSchema.safeParse(document.toJS() ?? {}, { error: expected });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue === undefined) throw wrong('the config is wrong', path);
  const { message, keys } = sentence(issue);
  throw wrong(message, at(path, lines, offsetOf(document, keys)));
}

/** Where the schema has no words of its own. */
function expected(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') return `expected ${kinds[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `expected one of ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_format') return 'expected an address that begins with http:// or https://';
  return issue.code === 'too_small' ? 'expected some text' : undefined;
}

const kinds: Readonly<Record<string, string>> = { string: 'a text', array: 'a list', object: 'keys with values' };

function sentence(issue: z.core.$ZodIssue): { message: string; keys: readonly PropertyKey[] } {
  if (issue.code === 'unrecognized_keys') {
    const keys = [...issue.path, issue.keys[0] ?? ''];
    return { message: `the config has an unknown key: ${keys.join('.')}`, keys };
  }
  const name = issue.path.length === 0 ? 'the config' : issue.path.join('.');
  return { message: `${name}: ${issue.message}`, keys: issue.path };
}

/** Where the deepest of these keys stands that is there at all. */
function offsetOf(document: Document, keys: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) return offset;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else return offset;
  }
  return offset;
}

function at(path: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${path}:${Math.max(1, line)}:${Math.max(1, col)}`;
}

function wrong(message: string, where: string): UsageError {
  return new UsageError(message, { where, cure: 'mend that line; docs/configuration.md lists every key' });
}
