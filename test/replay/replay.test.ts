import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toJson } from '../../src/core/model/plain-json.ts';
import { parseDump, replay } from '../../src/pass/dump/dump.ts';

/** Each dump holds the plan that was made from it. To make a report of a fault a test, copy its dump into this folder. */
const dumps = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'));

test.each(dumps)('%s gives the plan in it', (name) => {
  const dump = parseDump(JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')), name);
  expect(toJson(replay(dump, name))).toEqual(toJson(dump.plan));
});
