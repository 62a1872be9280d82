import { stringify } from 'yaml';

/** What may stand in a YAML file of ours. */
export type Writable = string | number | boolean | null | readonly Writable[] | { readonly [key: string]: Writable };

export type Quotes = 'plain' | 'double' | 'single';

/** A value on one line; strings that would be read as something else are quoted. */
export function writeInline(value: Writable, quotes: Quotes = 'plain'): string {
  const type = quotes === 'double' ? 'QUOTE_DOUBLE' : quotes === 'single' ? 'QUOTE_SINGLE' : 'PLAIN';
  const flow = stringify(Array.isArray(value) || (typeof value === 'object' && value !== null) ? value : [value], {
    collectionStyle: 'flow',
    lineWidth: 0,
    defaultStringType: type,
    defaultKeyType: 'PLAIN',
    version: '1.2',
  }).trimEnd();
  const oneLine = flow.includes('\n') ? JSON.stringify(value) : flow;
  if (typeof value === 'object' && value !== null) return oneLine;
  return oneLine.replace(/^\[ ?/, '').replace(/ ?\]$/, '');
}
