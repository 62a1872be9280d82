import { parse as parseJson, type ParseError } from 'jsonc-parser';
import { parse as parseToml, stringify as stringifyToml } from 'smol-toml';
import { parse as parseYaml, stringify as stringifyYaml } from 'yaml';
import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../system/json.ts';
import { nestedTooDeep } from '../../yaml/nested-too-deep.ts';
import type { ClientFile, ServerStart } from './client.ts';
import { cutFromJson } from './cut-from-json.ts';

/** Returns what stands in a host's file with that server alone, in the file's form. */
export function fragment({ format, key, form, more }: ClientFile, server: string, start: ServerStart): string {
  const whole = { [key]: { [server]: { ...more, ...form.write(start) } } };
  switch (format) {
    case 'json':
      return JSON.stringify(whole, null, 2);
    case 'toml':
      return stringifyToml(whole).trimEnd();
    case 'yaml':
      return stringifyYaml(whole, { lineWidth: 0 }).trimEnd();
  }
}

/** What a host's file says of the server. */
export type Standing =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'entry';
      /** What it starts; `null`: it is an entry of another kind. */
      readonly start: ServerStart | null;
      readonly isOff: boolean;
      /** As it stands in the file. */
      readonly entry: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reads the server's entry in the text of a host's file. */
export function standingIn({ format, key, form }: ClientFile, server: string, text: string): Standing {
  const whole = parsed(format, text);
  if (whole === null) return { kind: 'unreadable', reason: `it is no ${format.toUpperCase()}` };
  const servers = whole[key];
  const entry = isObject(servers) ? servers[server] : undefined;
  if (entry === undefined) return { kind: 'absent' };
  if (!isObject(entry)) return { kind: 'entry', start: null, isOff: false, entry: {} };
  const isOff = entry['enabled'] === false || entry['disabled'] === true;
  return { kind: 'entry', start: form.read(entry), isOff, entry };
}

/**
 * Returns the text of a JSON file without the server; every other byte stays. `null`: that cannot be done safely, or it
 * is a file of another format.
 */
export function withoutServer({ format, key }: ClientFile, server: string, text: string): string | null {
  const before = parsed(format, text);
  const servers = before?.[key];
  if (format !== 'json' || before === null || !isObject(servers)) return null;
  const next = cutFromJson(text, [key, server]);
  const { [server]: _, ...others } = servers;
  return next !== null && isDeepStrictEqual(parsed(format, next), { ...before, [key]: others }) ? next : null;
}

/** Returns the content; `null` if it does not parse, or is no mapping. An empty text is an empty mapping. */
function parsed(format: ClientFile['format'], text: string): Readonly<Record<string, unknown>> | null {
  if (text.trim() === '') return {};
  const value = contentOf(format, text);
  return isObject(value) ? value : null;
}

function contentOf(format: ClientFile['format'], text: string): unknown {
  try {
    switch (format) {
      case 'json': {
        const errors: ParseError[] = [];
        const value: unknown = parseJson(text.replace(/^\ufeff/, ''), errors, { allowTrailingComma: true });
        return errors.length === 0 ? value : null;
      }
      case 'toml':
        return parseToml(text);
      case 'yaml':
        return nestedTooDeep(text) === null ? parseYaml(text) : null;
    }
  } catch {
    // The parser of JSON goes as deep as the text does, until the stack is full.
    return null;
  }
}
