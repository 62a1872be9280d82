import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { JobSettings } from '../config/settings.ts';
import { isJobId, shortJobId, stateAfter, type JobEventName } from '../core/model/job.ts';
import type { Seen } from '../core/model/observation.ts';
import { clean } from '../core/words/text.ts';
import { AudienceError, BlindError, exitCode, UsageError } from '../errors.ts';
import { namesOrBlind } from '../system/absent-or-blind.ts';
import { messageOf } from '../system/errno.ts';
import { withLock } from '../system/lock.ts';
import { sweepTemporaries, writeStateFile } from '../system/replace-file.ts';
import { unknownName } from '../system/unknown-name.ts';
import type { ReadJob } from './file.ts';
import { tightenFile, tightenFolder } from './rights.ts';
import type { Job, JobFile } from './schema.ts';

interface Options {
  readonly settings: JobSettings;
  /** ms since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Called when rights were tightened. */
  readonly notice: (line: string) => void;
}

export type JobStore = Pick<JobFolder, keyof JobFolder>;

/** The folder of the delegate jobs: one file a job, which other tools write too. */
export class JobFolder {
  readonly #options: Options;
  readonly #dir: string;
  readonly #map: JobSettings['map'];

  constructor(options: Options) {
    this.#options = options;
    this.#dir = options.settings.dir;
    this.#map = options.settings.map;
  }

  /** Returns every job, oldest first; the unreadable ones are left out, and `blind` says so. */
  async list(): Promise<{ readonly jobs: readonly Job[]; readonly blind: BlindError | null }> {
    const jobs: Job[] = [];
    const blind: { id: string; reason: string }[] = [];
    this.#tightenFolder();
    for (const id of idsIn(this.#dir)) {
      const seen = await this.read(id);
      if ('blind' in seen) blind.push({ id, reason: seen.blind });
      else if (seen.known !== null) jobs.push(seen.known);
    }
    return {
      jobs: jobs.toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1)),
      blind: blind.length === 0 ? null : this.#unreadable(blind),
    };
  }

  /** Reads a job; `null`: there is none. */
  async read(id: string): Promise<Seen<Job | null>> {
    const seen = await this.#open(id);
    return 'blind' in seen ? seen : { known: seen.known?.job ?? null };
  }

  /**
   * Reads a job that must be there.
   * @throws UsageError if there is none; BlindError if it cannot be read
   */
  async get(id: string): Promise<Job> {
    return (await this.#known(id)).job;
  }

  /**
   * Returns the id for `name`: the whole id, or the short form that `status` shows.
   * @throws UsageError
   */
  find(name: string): string {
    const ids = idsIn(this.#dir);
    const meant = ids.includes(name) ? [name] : ids.filter((id) => shortJobId(id) === name);
    const [id, other] = meant;
    if (id === undefined) throw unknownName('job', name, ids, shownBy);
    if (other === undefined) return id;
    throw new UsageError(`${clean(name)} is short for ${meant.length} jobs`, {
      cure: `say which: ${meant.join(', ')}`,
    });
  }

  /**
   * Returns an id that the registry names, after a check.
   * @throws UsageError if there is no such job
   */
  named(id: string): string {
    if (idsIn(this.#dir).includes(id)) return id;
    throw new UsageError(`the registry names job ${clean(id)}, which is not there`, { cure: shownBy });
  }

  /** Returns the id of a job that is to be made. */
  newId(): string {
    return this.#options.newId();
  }

  /** Makes a new job, queued. */
  async create(about: Pick<Job, 'session' | 'workspace' | 'agent' | 'prompt'>, id = this.newId()): Promise<Job> {
    this.#tightenFolder();
    const { withFields, wordOf } = await import('./schema.ts');
    const at = this.#now();
    const events = [{ event: 'created', at }];
    const fields = { id, ...about, state: wordOf('queued', this.#map), created_at: at, updated_at: at, events };
    return this.#write(id, withFields({}, fields, this.#map));
  }

  /**
   * Writes what happened to the job: its new state and one more event. Several writers at once lose nothing.
   * @throws as `get`
   */
  async record(id: string, event: JobEventName, exit: number | null): Promise<Job> {
    const { rawEvents, withFields, wordOf } = await import('./schema.ts');
    const path = join(this.#dir, `${id}.json`);
    return withLock(path, async () => {
      const { file } = await this.#known(id);
      const at = this.#now();
      const events = [...rawEvents(file, this.#map), { event, at, ...(exit === null ? {} : { exit }) }];
      const state = wordOf(stateAfter[event], this.#map);
      return this.#write(id, withFields(file, { state, updated_at: at, exit: exit ?? undefined, events }, this.#map));
    }).catch((error: unknown) => {
      throw error instanceof AudienceError ? error : cannotWrite(path, error);
    });
  }

  /** Removes a job to which nothing refers yet. */
  async remove(id: string): Promise<void> {
    const { jobPath } = await import('./file.ts');
    rmSync(jobPath(this.#dir, id), { force: true });
  }

  /** Removes what a killed submit has left of a job: no entry ever named it, and nothing happened to it since. */
  async withdraw(id: string): Promise<void> {
    const seen = await this.read(id);
    if ('blind' in seen) return;
    if (seen.known?.state === 'queued' && seen.known.events.length <= 1) await this.remove(id);
    sweepTemporaries(this.#dir);
  }

  async #open(id: string): Promise<Seen<ReadJob | null>> {
    this.#tightenFolder();
    // Loads the schema only where a job is read.
    const { jobPath, readJobFile } = await import('./file.ts');
    const seen = readJobFile(this.#dir, id, this.#map);
    if ('known' in seen && seen.known !== null) {
      tightenFile(jobPath(this.#dir, id), seen.known.mode, this.#options.notice);
    }
    return seen;
  }

  async #known(id: string): Promise<ReadJob> {
    const seen = await this.#open(id);
    if ('blind' in seen) throw this.#unreadable([{ id, reason: seen.blind }]);
    if (seen.known !== null) return seen.known;
    throw new UsageError(`there is no job ${clean(id)} any more`, { cure: shownBy });
  }

  /** Returns one error for all: it names the first job; once that is mended, the next. */
  #unreadable(all: readonly { readonly id: string; readonly reason: string }[]): BlindError {
    const [first] = all;
    const more = all.length === 1 ? '' : `${all.length} jobs cannot be read. The first: `;
    return new BlindError(clean(`${more}${first?.reason}`), {
      where: join(this.#dir, `${first?.id}.json`),
      cure: 'mend that file (docs/companions.md), or move it away',
    });
  }

  /**
   * Writes a job's file.
   * @returns the job as it was written
   */
  async #write(id: string, file: JobFile): Promise<Job> {
    const { parseJob } = await import('./schema.ts');
    const text = `${JSON.stringify(file, null, 2)}\n`;
    try {
      sweepTemporaries(this.#dir);
      writeStateFile(join(this.#dir, `${id}.json`), text);
    } catch (cause) {
      throw cannotWrite(this.#dir, cause);
    }
    return parseJob(id, text, this.#map).job;
  }

  #tightenFolder(): void {
    tightenFolder(this.#dir, this.#options.notice);
  }

  #now(): string {
    return new Date(this.#options.now()).toISOString();
  }
}

const shownBy = '`asm jobs list` shows the jobs there are';

function orderOf({ created_at: at, id }: Job): string {
  return `${at ?? ''} ${id}`;
}

function idsIn(dir: string): readonly string[] {
  try {
    const names = (namesOrBlind(dir) ?? []).filter((name) => name.endsWith('.json'));
    return names.map((name) => name.slice(0, -'.json'.length)).filter(isJobId);
  } catch (cause) {
    throw new BlindError('the delegate jobs cannot be read', {
      where: dir,
      cure: 'make that folder readable, or name another in jobs.dir',
      cause,
    });
  }
}

function cannotWrite(where: string, cause: unknown): AudienceError {
  return new AudienceError(exitCode.registry, `the job cannot be written: ${clean(messageOf(cause))}`, {
    where,
    cure: 'mend that and run it again; nothing was written',
    cause,
  });
}
