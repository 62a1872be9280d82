import { isScalar, Scalar, stringify, type Pair, type YAMLMap } from 'yaml';

/** The values that this program writes into YAML. */
export type Writable = string | number | boolean | null | readonly Writable[] | { readonly [key: string]: Writable };

export type Quotes = 'plain' | 'double' | 'single';

const types = { plain: 'PLAIN', double: 'QUOTE_DOUBLE', single: 'QUOTE_SINGLE' } as const;

/** Writes a value on one line; strings that would be read as something else are quoted. */
export function writeInline(value: Writable, quotes: Quotes = 'plain', keyQuotes: Quotes = 'plain'): string {
  const isCollection = typeof value === 'object' && value !== null;
  const flow = stringify(isCollection ? guarded(value, quotes) : [guarded(value, quotes)], {
    collectionStyle: 'flow',
    lineWidth: 0,
    defaultStringType: types[quotes],
    defaultKeyType: types[keyQuotes],
    version: '1.2',
  }).trimEnd();
  if (flow.includes('\n')) return JSON.stringify(value);
  return isCollection ? flow : flow.replace(/^\[ ?/, '').replace(/ ?\]$/, '');
}

/**
 * Guards words that YAML 1.1, which PyYAML and others still read, takes for something else than 1.2 does: `yes`,
 * `1_000`, `12:30:00`, a date. Times in the registry's form stay plain: they are meant as times.
 */
function guarded(value: Writable, quotes: Quotes): unknown {
  if (typeof value === 'string') return quotes === 'plain' && readsAsOther.test(value) ? doubleQuoted(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Writable[]).map((item) => guarded(item, quotes));
  return new Map(
    Object.entries(value).map(([key, field]) => [
      readsAsOther.test(key) ? doubleQuoted(key) : key,
      guarded(field, quotes),
    ]),
  );
}

const readsAsOther = /^(y|n|yes|no|on|off|=|<<|[-+]?[\d_][\d_,.:]*|\d{4}-\d\d?-\d\d?)$/i;

function doubleQuoted(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

/** The quotes of a mapping. */
export interface Style {
  readonly keys: Quotes;
  readonly strings: Quotes;
}

/** Returns the quotes of the mapping's first key, and those of its strings if all of them are quoted alike. */
export function styleOf(map: YAMLMap): Style {
  const keys = quotesOf(map.items[0]?.key);
  const strings = new Set(map.items.filter(hasWord).map((pair) => quotesOf(pair.value)));
  const [first = keys] = strings;
  return { keys, strings: strings.size > 1 ? 'plain' : first };
}

/** Decides whether a value is a word. Times are strings to the parser, but plain in most files that quote. */
function hasWord({ value }: Pair): boolean {
  return isScalar(value) && typeof value.value === 'string' && !/^\d{4}-\d\d-\d\d/.test(value.value);
}

function quotesOf(node: unknown): Quotes {
  if (!isScalar(node)) return 'plain';
  return node.type === 'QUOTE_DOUBLE' ? 'double' : node.type === 'QUOTE_SINGLE' ? 'single' : 'plain';
}
