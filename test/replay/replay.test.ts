import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toJson } from '../../src/core/model/plain-json.ts';
import { parseDump, replay } from '../../src/pass/dump/dump.ts';

/** Each dump holds the plan that was made from it. To make a report of a fault a test, copy its dump into this folder. */
const dumps = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'));

const onPurpose =
  'If the change is meant: `npm run dumps` makes the dumps of this folder anew (docs/reporting-a-fault.md, "As a test")';

test.each(dumps)('%s gives the plan in it', (name) => {
  const { made, expected } = replayed(name);
  expect(made, onPurpose).toEqual(expected);
});

function replayed(name: string) {
  try {
    const dump = parseDump(JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')), name);
    return { made: toJson(replay(dump, name)), expected: toJson(dump.plan) };
  } catch (cause) {
    throw new Error(`${name} cannot be planned on. ${onPurpose}`, { cause });
  }
}
