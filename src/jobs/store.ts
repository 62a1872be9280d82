import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { JobSettings } from '../config/settings.ts';
import type { Seen } from '../core/model/observation.ts';
import { clean } from '../core/words/text.ts';
import { AudienceError, BlindError, exitCode, UsageError } from '../errors.ts';
import { sweepTemporaries, writeStateFile } from '../system/state-file.ts';
import { unknownName } from '../system/unknown-name.ts';
import { stateAfter, type JobEventName } from './job-event.ts';
import type { ReadJob } from './file.ts';
import { isJobId, shortJobId } from './job-id.ts';
import { tightenFile, tightenFolder } from './rights.ts';
import type { Job } from './schema.ts';

/** The folder of the delegate jobs: one file a job, which other tools write too. */
export interface JobStore {
  /** Every job, oldest first; those that cannot be read are left out, and `blind` says so. */
  list(): Promise<{ readonly jobs: readonly Job[]; readonly blind: BlindError | null }>;
  /** `null`: there is none. */
  read(id: string): Promise<Seen<Job | null>>;
  /** @throws UsageError where there is none; BlindError where it cannot be read. */
  get(id: string): Promise<Job>;
  /** The id of which `name` is the whole, or the short form that `status` shows. @throws UsageError */
  find(name: string): string;
  /** That very id, as the registry names it. @throws UsageError where there is no such job. */
  named(id: string): string;
  /** A new job, queued. */
  create(about: Pick<Job, 'session' | 'workspace' | 'agent' | 'prompt'>): Promise<Job>;
  /** What befell the job: its new state and one more event. Several at once lose nothing. @throws as `get` */
  record(id: string, event: JobEventName, exit: number | null): Promise<Job>;
  /** Takes a job away that nobody knows yet. */
  remove(id: string): Promise<void>;
}

export function makeJobStore(options: {
  readonly settings: JobSettings;
  /** ms since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Told when rights were tightened. */
  readonly notice: (line: string) => void;
}): JobStore {
  const { now, notice } = options;
  const { dir, map } = options.settings;

  async function open(id: string) {
    tightenFolder(dir, notice);
    // The schema is only paid for where a job is read.
    const { jobPath, readJobFile } = await import('./file.ts');
    const seen = readJobFile(dir, id, map);
    if ('known' in seen && seen.known !== null) tightenFile(jobPath(dir, id), seen.known.mode, notice);
    return seen;
  }

  async function read(id: string): Promise<Seen<Job | null>> {
    const seen = await open(id);
    return 'blind' in seen ? seen : { known: seen.known?.job ?? null };
  }

  async function known(id: string): Promise<ReadJob> {
    const seen = await open(id);
    if ('blind' in seen) throw unreadable([{ id, reason: seen.blind }]);
    if (seen.known !== null) return seen.known;
    throw new UsageError(`there is no job ${clean(id)} any more`, { cure: '`asm jobs list` shows the jobs there are' });
  }

  /** One sentence for all: the first is named, and after it is mended the next. */
  function unreadable(all: readonly { readonly id: string; readonly reason: string }[]): BlindError {
    const [first] = all;
    const more = all.length === 1 ? '' : `${all.length} jobs cannot be read. The first: `;
    return new BlindError(clean(`${more}${first?.reason}`), {
      where: join(dir, `${first?.id}.json`),
      cure: 'mend that file (docs/companions.md), or move it away',
    });
  }

  async function list(): ReturnType<JobStore['list']> {
    const jobs: Job[] = [];
    const blind: { id: string; reason: string }[] = [];
    tightenFolder(dir, notice);
    for (const id of idsIn(dir)) {
      const seen = await read(id);
      if ('blind' in seen) blind.push({ id, reason: seen.blind });
      else if (seen.known !== null) jobs.push(seen.known);
    }
    const order = ({ created_at: at, id }: Job): string => `${at ?? ''} ${id}`;
    return {
      jobs: jobs.toSorted((one, other) => (order(one) < order(other) ? -1 : 1)),
      blind: blind.length === 0 ? null : unreadable(blind),
    };
  }

  function find(name: string): string {
    const ids = idsIn(dir);
    const meant = ids.includes(name) ? [name] : ids.filter((id) => shortJobId(id) === name);
    const [id, other] = meant;
    if (id === undefined) throw unknownName('job', name, ids, '`asm jobs list` shows the jobs there are');
    if (other === undefined) return id;
    throw new UsageError(`${clean(name)} is short for ${meant.length} jobs`, {
      cure: `say which: ${meant.join(', ')}`,
    });
  }

  function named(id: string): string {
    if (idsIn(dir).includes(id)) return id;
    throw new UsageError(`the registry names job ${clean(id)}, which is not there`, {
      cure: '`asm jobs list` shows the jobs there are',
    });
  }

  async function create(about: Parameters<JobStore['create']>[0]): Promise<Job> {
    tightenFolder(dir, notice);
    const { withFields, wordOf, parseJob } = await import('./schema.ts');
    const { jobPath } = await import('./file.ts');
    const id = options.newId();
    const at = new Date(now()).toISOString();
    const events = [{ event: 'created', at }];
    const fields = { id, ...about, state: wordOf('queued', map), created_at: at, updated_at: at, events };
    const text = write(jobPath(dir, id), withFields({}, fields, map));
    return parseJob(id, text, map).job;
  }

  async function record(id: string, event: JobEventName, exit: number | null): Promise<Job> {
    const { jobPath } = await import('./file.ts');
    const { parseJob, rawEvents, withFields, wordOf } = await import('./schema.ts');
    const path = jobPath(dir, id);
    return locked(path, async () => {
      const { file } = await known(id);
      const at = new Date(now()).toISOString();
      const events = [...rawEvents(file, map), { event, at, ...(exit === null ? {} : { exit }) }];
      const state = wordOf(stateAfter[event], map);
      const text = write(path, withFields(file, { state, updated_at: at, exit: exit ?? undefined, events }, map));
      return parseJob(id, text, map).job;
    });
  }

  /** Answers what it wrote. */
  function write(path: string, file: object): string {
    try {
      sweepTemporaries(dir);
      const text = `${JSON.stringify(file, null, 2)}\n`;
      writeStateFile(path, text);
      return text;
    } catch (cause) {
      throw cannotWrite(dir, cause);
    }
  }

  async function remove(id: string): Promise<void> {
    const { jobPath } = await import('./file.ts');
    rmSync(jobPath(dir, id), { force: true });
  }

  return { list, read, get: async (id) => (await known(id)).job, find, named, create, record, remove };
}

/** A killed holder holds others up for so long; ms. */
const staleMs = 3_000;

async function locked<Answer>(path: string, work: () => Promise<Answer>): Promise<Answer> {
  const { lock } = await import('proper-lockfile');
  const release = await lock(path, {
    realpath: false,
    stale: staleMs,
    update: staleMs / 2,
    retries: { retries: 200, minTimeout: 20, maxTimeout: 100 },
    onCompromised: () => undefined,
  }).catch((cause: unknown) => {
    throw cannotWrite(path, cause);
  });
  try {
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}

function idsIn(dir: string): readonly string[] {
  try {
    const names = readdirSync(dir).filter((name) => name.endsWith('.json'));
    return names.map((name) => name.slice(0, -'.json'.length)).filter(isJobId);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return [];
    throw new BlindError('the delegate jobs cannot be read', {
      where: dir,
      cure: 'make that folder readable, or name another in jobs.dir',
      cause,
    });
  }
}

function cannotWrite(where: string, cause: unknown): AudienceError {
  const reason = clean(cause instanceof Error ? cause.message : String(cause));
  return new AudienceError(exitCode.registry, `the job cannot be written: ${reason}`, {
    where,
    cure: 'mend that and run it again; nothing was written',
    cause,
  });
}
