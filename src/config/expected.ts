import type * as z from 'zod';

/** Says in plain words what a key of the config takes, if its schema has no message of its own. */
export function expected(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${kinds[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return sized(issue.origin) ?? `expected a number of at least ${issue.minimum}`;
    case 'too_big':
      return sized(issue.origin) ?? `expected a number of at most ${issue.maximum}`;
    case 'invalid_value':
      return `expected one of ${issue.values.join(', ')}`;
    case 'invalid_union':
      return Array.isArray(issue['options']) ? `expected one of ${issue['options'].join(', ')}` : otherwise;
    case 'invalid_format':
      return issue.format === 'url' ? 'expected an address that begins with http:// or https://' : otherwise;
    case 'invalid_key':
      return 'expected a key that is not empty';
    default:
      return otherwise;
  }
}

const otherwise = 'expected another value';

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'keys with values',
  record: 'keys with values',
};

/** Returns what is expected of something that has a length; `null`: it is a number. */
function sized(origin: string): string | null {
  if (origin === 'string') return 'expected some text';
  return origin === 'array' ? 'expected a list with something in it' : null;
}
