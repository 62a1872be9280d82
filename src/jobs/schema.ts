import * as z from 'zod';
import type { JobSettings } from '../config/settings.ts';
import { jobStates, type JobState } from '../core/model/job.ts';
import { isObject, jsonIn } from '../system/json.ts';

const text = z.string().nullable().catch(null);

/**
 * A job's fields. A field that is missing or of another type is `null`: another tool may not have it. Times are ISO
 * 8601.
 */
const jobSchema = z.object({
  id: z.string(),
  session: text,
  workspace: text,
  agent: text,
  prompt: text,
  state: z.enum(jobStates),
  created_at: text,
  updated_at: text,
  exit: z.number().nullable().catch(null),
  events: z.array(z.unknown()).catch([]).transform(readEvents),
});

/** A delegate job by this program's names, whatever its file calls them. */
export type Job = z.infer<typeof jobSchema>;
/** The content of a job's file as it is: unknown fields are kept. */
export type JobFile = Readonly<Record<string, unknown>>;
export type JobMap = Pick<JobSettings['map'], 'fields' | 'states'>;

export interface JobEvent {
  readonly event: string;
  readonly at: string;
}

/**
 * Parses a job's file. The file's name is the id, whatever the content says.
 * @throws Error that says why it is no job
 */
export function parseJob(id: string, source: string, map: JobMap): { job: Job; file: JobFile } {
  const file = parseObject(source);
  const field = (name: keyof Job): unknown => {
    const key = map.fields[name] ?? name;
    return Object.hasOwn(file, key) ? file[key] : null;
  };
  const word = field('state');
  const state = stateOf(word, map);
  if (state === null) throw new Error(`its state is ${JSON.stringify(word)?.slice(0, 40)}, which is no known state`);
  const job = jobSchema.parse({
    id,
    session: field('session'),
    workspace: field('workspace'),
    agent: field('agent'),
    prompt: field('prompt'),
    state,
    created_at: field('created_at'),
    updated_at: field('updated_at'),
    exit: field('exit'),
    events: field('events'),
  });
  return { job, file };
}

/** Returns the content with these fields changed, by the names that the file uses; `undefined` removes a field. */
export function withFields(file: JobFile, change: Readonly<Partial<Record<keyof Job, unknown>>>, map: JobMap): JobFile {
  const next: Record<string, unknown> = { ...file };
  for (const [name, value] of Object.entries(change)) {
    const key = map.fields[jobSchema.keyof().parse(name)] ?? name;
    if (value === undefined) delete next[key];
    else next[key] = value;
  }
  return next;
}

/** Returns the events as they are in the file, with unknown ones. */
export function rawEvents(file: JobFile, map: JobMap): readonly unknown[] {
  const events = file[map.fields.events ?? 'events'];
  return Array.isArray(events) ? events : [];
}

/** Returns the word that the files use for a state. */
export function wordOf(state: JobState, map: JobMap): string {
  return Object.entries(map.states).find(([, ours]) => ours === state)?.[0] ?? state;
}

function stateOf(word: unknown, map: JobMap): JobState | null {
  if (typeof word !== 'string') return null;
  if (Object.hasOwn(map.states, word)) return map.states[word] ?? null;
  return jobStates.find((state) => state === word) ?? null;
}

function parseObject(source: string): JobFile {
  const value = jsonIn(source);
  if (value === undefined) throw new Error('it is not JSON');
  if (!isObject(value)) throw new Error('it is no JSON object');
  return value;
}

function readEvents(items: readonly unknown[]): readonly JobEvent[] {
  const event = z.object({ event: z.string(), at: z.string() });
  return items.flatMap((item) => {
    const parsed = event.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}
