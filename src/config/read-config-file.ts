import { isMap, isNode, isScalar, isSeq, type Document } from 'yaml';
import * as z from 'zod';
import type { AgentFacts } from '../core/model/agent.ts';
import { clean } from '../core/words/text.ts';
import { UsageError } from '../errors.ts';
import { messageOf } from '../system/errno.ts';
import { isObject } from '../system/json.ts';
import { plainWords } from '../yaml/plain-words.ts';
import { parseSource, positionOf, type Source } from '../yaml/source.ts';
import { expected } from './expected.ts';
import { agentSchema, configSchema, type Config } from './schema.ts';

/**
 * Parses the config file.
 * @throws UsageError with `path:line:column` of the first error
 */
export function parseConfig(path: string, text: string, agents: readonly AgentFacts[]): Config {
  const source = parseSource(text);
  const [error] = source.doc.errors;
  if (error !== undefined) {
    throw wrong(`the config cannot be read: ${clean(plainWords(error))}`, at(path, source, error.pos[0]));
  }
  const ofAgents = Object.fromEntries(agents.map((agent) => [agent.name, agentSchema(agent)]));
  const said = withoutEmpty(valueIn(source, path), z.object({ ...configSchema.shape, ...ofAgents }));
  if (!isObject(said)) return check(configSchema, said, path, source);
  const own = Object.entries(said).filter(([key]) => !Object.hasOwn(ofAgents, key));
  const config = check(configSchema, Object.fromEntries(own), path, source);
  const folders = check(z.object(ofAgents), said, path, source);
  const named = agents.flatMap(({ name, setting }) => {
    const of = folders[name]?.[setting.key];
    return of === undefined ? [] : [[name, of] as const];
  });
  return { ...config, agents: Object.fromEntries(named) };
}

/** Returns what the text says. An empty file, or one of comments only, sets nothing. */
function valueIn({ doc }: Source, path: string): unknown {
  try {
    return doc.toJS() ?? {};
  } catch (cause) {
    // Aliases are resolved only now: one merges what is no map, or they would fill the memory.
    throw wrong(`the config cannot be read: ${clean(plainWords({ message: messageOf(cause) }))}`, path);
  }
}

/** Leaves out sections and lists without any content, such as those whose lines are all comments. */
function withoutEmpty(value: unknown, schema: unknown): unknown {
  const { shape } = schema instanceof z.ZodObject ? schema : { shape: null };
  if (!isObject(value) || shape === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => {
      const known: unknown = Object.hasOwn(shape, key) ? shape[key] : undefined;
      const inner = known instanceof z.ZodOptional ? known.unwrap() : known;
      return one === null && sections.some((kind) => inner instanceof kind) ? [] : [[key, withoutEmpty(one, inner)]];
    }),
  );
}

const sections = [z.ZodObject, z.ZodRecord, z.ZodArray];

function check<Value>(schema: z.ZodType<Value>, value: unknown, path: string, source: Source): Value {
  const parsed = schema.safeParse(value, { error: expected });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue === undefined) throw wrong('the config is wrong', path);
  const { message, keys } = sentence(issue);
  throw wrong(message, at(path, source, offsetOf(source.doc, keys)));
}

function sentence(issue: z.core.$ZodIssue): { message: string; keys: readonly PropertyKey[] } {
  if (issue.code === 'unrecognized_keys') {
    const keys = [...issue.path, issue.keys[0] ?? ''];
    return { message: `the config has an unknown key: ${keys.join('.')}`, keys };
  }
  const name = issue.path.length === 0 ? 'the config' : issue.path.join('.');
  return { message: `${name}: ${issue.message}`, keys: issue.path };
}

/** Returns the offset of the deepest of these keys that exists. */
function offsetOf(document: Document, keys: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) return offset;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key];
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

function at(path: string, source: Source, offset: number): string {
  return `${path}:${positionOf(source, offset)}`;
}

function wrong(message: string, where: string): UsageError {
  return new UsageError(message, { where, cure: 'mend that line; docs/configuration.md lists every key' });
}
