import type { PlanInput } from '../../core/model/plan.ts';
import { Pseudonyms } from './pseudonyms.ts';

/**
 * Replaces names, ids, hosts and paths by others: the same word by the same one, wherever it stands. Numbers and the
 * marks between words are kept. A name such as `shop-creator-claude`, a path below another one, and the folder that an
 * agent names after a path stay what they are to each other, so the plan stays the same but for its words.
 */
export function redact({ settings, ...rest }: PlanInput): PlanInput {
  const pseudonyms = new Pseudonyms(settings);
  const input = { ...rest, attention: settings.attention };
  changeTexts(input, '', (text, field) => {
    if (!prose.has(field)) pseudonyms.add(text);
    return text;
  });
  const { attention, ...changed } = changeTexts(input, '', (text, field) =>
    prose.has(field) ? pseudonyms.inProse(text) : pseudonyms.inNames(text),
  );
  return { ...changed, settings: { ...settings, attention } };
}

/** Fields with sentences of this or another program: words in them are replaced if they are also in a name. */
const prose = new Set(['said', 'reason', 'cure', 'blind', 'words', 'unprovable', 'halfTyped', 'borrowed']);

/** Lists whose items hold only names and the user's own words, whatever their fields are called. */
const ofUser = new Set(['lineage']);

/** Fields whose words the plan depends on. */
const fixed = new Set([
  'kind',
  'by',
  'mode',
  'state',
  'status',
  'agent',
  'activity',
  'for',
  'proof',
  'version',
  'eventName',
  'beganBy',
]);

/** Fields that are records: their keys are data. */
const records = new Set(['entries', 'sessions', 'blind', 'sightings', 'entryKeys']);

type Change = (text: string, field: string) => string;

/**
 * Copies plain data, with every text of it changed.
 * @param field the name of its field; empty: none
 */
function changeTexts<Data>(data: Data, field: string, change: Change): Data;
function changeTexts(data: unknown, field: string, change: Change): unknown {
  if (typeof data === 'string') return fixed.has(field) ? data : change(data, field);
  if (typeof data !== 'object' || data === null || data instanceof RegExp) return data;
  const isRecord = records.has(field);
  const inside = isRecord ? '' : field;
  if (Array.isArray(data)) return data.map((one) => changeTexts(one, inside, change));
  if (data instanceof Set) return new Set([...data].map((one) => changeTexts(one, inside, change)));
  if (data instanceof Map) {
    return new Map([...data].map(([key, value]) => [changeTexts(key, '', change), changeTexts(value, inside, change)]));
  }
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      isRecord ? change(key, '') : key,
      changeTexts(value, isRecord || ofUser.has(field) ? '' : key, change),
    ]),
  );
}
