import { entryId, keyOf, isLeftAlone } from '../../core/model/entry.ts';
import { clean } from '../../core/words/text.ts';
import { BlindError, RegistryError, UsageError } from '../../errors.ts';
import type { JobStore } from '../../jobs/store.ts';
import type { Job } from '../../jobs/schema.ts';
import type { Log } from '../../log/log.ts';
import { commit, type Change } from '../../registry/commit.ts';
import type { ReadRegistry, RegistryFile } from '../../registry/registry-file.ts';
import { entryOf, positionOf, type NamedEntry } from '../sessions/entry-of.ts';

export interface SubmitPorts {
  readonly log: Log;
  readonly registryFile: RegistryFile;
  readonly jobs: JobStore;
  readonly signal: AbortSignal;
}

const field = 'delegate_job_id';

/**
 * Gives a session a new job: the log takes its id, its file is made, then the registry names it. So no entry ever names
 * a missing job, and after a kill the next pass finds the file that no entry names. If the registry cannot be written,
 * the file is removed again.
 * @throws UsageError if the entry does not take it; BlindError if it cannot be known whether its present job is over;
 * RegistryError if the registry cannot be read or written
 */
export async function submitJob(ports: SubmitPorts, asked: { session: string; prompt: string }): Promise<Job> {
  const { session, prompt } = asked;
  const { log, registryFile, jobs, signal } = ports;
  const { entry } = await target(ports, registryFile.read, session);
  const { workspace, agent } = entry;
  const id = jobs.newId();
  let made: Job | null = null;
  const underLock: RegistryFile['underLock'] = async (work, abort) => {
    try {
      made = await jobs.create({ session, workspace, agent, prompt }, id);
      return await registryFile.underLock(work, abort);
    } catch (error) {
      // Before the log says that nothing came of it: after a kill in between the next pass removes the file.
      if (await isNowhere(ports, id)) await jobs.remove(id);
      throw error;
    }
  };
  const assignment = (from: ReadRegistry): Promise<Change> => assign(ports, from, session, id);
  const writer = { log, registryFile: { path: registryFile.path, underLock } };
  await commit(writer, await assignment(registryFile.read), assignment, signal);
  return made ?? jobs.get(id);
}

/**
 * Decides whether no entry names the job: after a failure behind the rename, such as a full disk under the log, its
 * file must stay.
 */
async function isNowhere({ registryFile }: SubmitPorts, job: string): Promise<boolean> {
  const read = await registryFile.read({ knowsEntries: true, registered: new Set(), mayCache: false });
  return read.kind !== 'unreadable' && read.registry.entries.every(({ jobId }) => jobId !== job);
}

/** Returns the session's entry, if it may be given a job now. */
async function target(ports: SubmitPorts, read: ReadRegistry, session: string): Promise<NamedEntry> {
  const named = await entryOf(ports.log, read, session);
  const { entry } = named;
  const where = positionOf(named);
  const refuse = (why: string, cure: string) => new UsageError(`${clean(session)} ${why}`, { where, cure });
  if (isLeftAlone(entry)) {
    throw refuse('is left alone', 'its status must be running or terminated, and monitor.ignore not set');
  }
  if (entry.pin.includes(field)) throw refuse(`has ${field} pinned`, `take it out of monitor.pin, and try again`);
  if (entry.jobId !== null) {
    const seen = await ports.jobs.read(entry.jobId);
    if ('blind' in seen) {
      const message = `${clean(session)} has a job, and whether it runs cannot be seen: ${clean(seen.blind)}`;
      throw new BlindError(message, { where, cure: seen.cure });
    }
    const state = seen.known?.state;
    if (state === 'queued' || state === 'running') {
      throw refuse(`has a job that is ${state}: ${entry.jobId}`, `asm jobs event ${entry.jobId} deleted cancels it`);
    }
  }
  return named;
}

/** Returns the edit that names the job in the entry. */
async function assign(ports: SubmitPorts, from: ReadRegistry, session: string, job: string): Promise<Change> {
  const { position } = await ports.log.ledger();
  const { read, entry } = await target(ports, from, session);
  const key = keyOf(entry);
  const edit = { op: 'set', entry: key, path: [field], from: entry.jobId, to: job } as const;
  const prepared = await ports.registryFile.prepare(read, [edit]);
  const refused = prepared.refused[0];
  if (refused !== undefined || prepared.entryHashes[entryId(key)] === undefined) {
    throw new RegistryError(`${field} cannot be written: ${clean(refused?.reason ?? 'the entry cannot be found')}`, {
      where: positionOf({ read, entry }),
      cure: 'write the entry in another form',
    });
  }
  return { read, position, prepared, intent: { drifts: [], edits: [edit], submitted: { job, session } }, events: [] };
}
