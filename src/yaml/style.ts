import { isScalar, type Pair, type YAMLMap } from 'yaml';
import type { Quotes } from './write-value.ts';

/** How a mapping quotes. */
export interface Style {
  readonly keys: Quotes;
  readonly strings: Quotes;
}

/** As the mapping's first key is quoted, and its strings if all of them are quoted alike. */
export function styleOf(map: YAMLMap): Style {
  const keys = quotesOf(map.items[0]?.key);
  const strings = new Set(map.items.filter(hasWord).map((pair) => quotesOf(pair.value)));
  const [first = keys] = strings;
  return { keys, strings: strings.size > 1 ? 'plain' : first };
}

/** Times are strings to the parser, but plain in most files that quote. */
function hasWord({ value }: Pair): boolean {
  return isScalar(value) && typeof value.value === 'string' && !/^\d{4}-\d\d-\d\d/.test(value.value);
}

function quotesOf(node: unknown): Quotes {
  if (!isScalar(node)) return 'plain';
  return node.type === 'QUOTE_DOUBLE' ? 'double' : node.type === 'QUOTE_SINGLE' ? 'single' : 'plain';
}
