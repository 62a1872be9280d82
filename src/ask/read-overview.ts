import { activities, waits } from '../core/model/activity.ts';
import { groups } from '../core/model/group.ts';
import { clean } from '../core/words/text.ts';
import { exitCode } from '../errors.ts';
import type { SessionRow } from '../operations/answers/sessions.ts';
import type { Overview, OverviewSession } from '../operations/sessions/overview.ts';
import type { Watched } from '../trigger/trigger.ts';
import { isObject } from '../system/json.ts';

/**
 * Reads an overview that another process sent; `null`: it is none. It is checked by hand, field by field: zod takes
 * longer to load than the answer takes. The types see to it that no field is forgotten.
 */
export function readOverview(value: unknown): Overview | null {
  return isOverview(value) ? value : null;
}

type Check<Value> = (value: unknown) => value is Value;

const text: Check<string> = (value) => typeof value === 'string';
/** A text that is shown as it is. */
const printable: Check<string> = (value): value is string => text(value) && clean(value) === value;
/** A time as `--json` shows it: another text would be told as `NaNd`. */
const time: Check<string> = (value): value is string => text(value) && !Number.isNaN(Date.parse(value));
const flag: Check<boolean> = (value) => typeof value === 'boolean';
const count: Check<number> = (value): value is number => Number.isSafeInteger(value);

function orNull<Value>(check: Check<Value>): Check<Value | null> {
  return (value): value is Value | null => value === null || check(value);
}

function listOf<Value>(check: Check<Value>): Check<readonly Value[]> {
  return (value): value is readonly Value[] => Array.isArray(value) && value.every(check);
}

function oneOf<Value>(values: readonly Value[]): Check<Value> {
  const known: ReadonlySet<unknown> = new Set(values);
  return (value): value is Value => known.has(value);
}

/** Checks an object that has exactly these keys. */
function shape<Value extends object>(checks: { readonly [Key in keyof Value]-?: Check<Value[Key]> }): Check<Value> {
  const pairs = Object.entries<Check<unknown>>(checks);
  return (value): value is Value =>
    isObject(value) &&
    Object.keys(value).length === pairs.length &&
    pairs.every(([key, check]) => Object.hasOwn(value, key) && check(value[key]));
}

const row = shape<SessionRow>({
  session: text,
  workspace: orNull(text),
  agent: orNull(printable),
  status: orNull(text),
  liveness: oneOf(['alive', 'gone', 'unknown']),
  group: oneOf(groups),
  state: printable,
  activity: orNull(oneOf([...activities, 'unknown'])),
  waiting_for: orNull(oneOf(waits)),
  waiting_since: orNull(time),
  snoozed: orNull(shape<NonNullable<SessionRow['snoozed']>>({ until: orNull(time) })),
  since: orNull(time),
  state_since: orNull(time),
  seen_since: orNull(time),
  id: orNull(text),
  job: orNull(text),
  resume: orNull(text),
  host: text,
  place: orNull(text),
  reason: orNull(text),
  cure: orNull(text),
});

const isOverview = shape<Overview>({
  at: count,
  exit: oneOf(Object.values(exitCode)),
  registry: shape<Overview['registry']>({ path: text, isAbsent: flag }),
  sessions: listOf(shape<OverviewSession>({ row, isLost: flag })),
  unregistered: listOf(text),
  otherNames: listOf(printable),
  lost: listOf(text),
  blind: listOf(shape<Overview['blind'][number]>({ source: text, since: time, reason: text, cure: text })),
  watched: shape<Watched>({
    sockets: listOf(text),
    servers: listOf(count),
    folders: listOf(text),
    registryHash: orNull(text),
  }),
  hearsDeaths: flag,
  changes: count,
});
