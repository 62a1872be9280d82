import { join } from 'node:path';
import { reportWithoutNews } from '../operations/pass-report.ts';
import { overviewOf } from '../operations/sessions/make-overview.ts';
import type { Overview } from '../operations/sessions/overview.ts';
import type { PassResult } from '../pass/pass.ts';
import { logName } from '../log/file-log.ts';
import { fileKeyAt, namesOrNone, statOrNull } from '../system/if-readable.ts';
import type { FollowedLoop, Follower } from '../watch/follower.ts';
import type { WatchWorld } from '../watch/watch-world.ts';
import { listenAt, type Listening } from './listen.ts';
import { answerLine, freshMs, keyIn, monitorSocket } from './protocol.ts';

/** A look that takes longer is given up: it holds up the monitor's own passes, and its asker has long gone; ms. */
const lookMs = 1_000;
/** So many looks may run or wait for their turn. */
const looksAtMost = 2;

export interface AnswererOptions {
  /** The registry's state folder. */
  readonly dir: string;
  /** The id of this place. */
  readonly place: string;
  /** Returns the key of a look by this process. */
  readonly key: () => string;
  readonly overviewOf: (result: PassResult, hearsDeaths: boolean) => Promise<Overview>;
  /** What makes an answer old when it changes: the registry, the log, and the folder of jobs. */
  readonly files: readonly string[];
  /** The folder in which each terminal has a name: one that comes or goes makes an answer old too. */
  readonly terminals: string;
  /** How long askers may share one answer; ms. */
  readonly sharedMs?: number;
  /** How long an asker may take to ask and to read; ms. */
  readonly connectionMs?: number;
}

/**
 * Makes the answerer of a monitor.
 * @param key returns the key of a look by this process
 */
export function answererOf({ ports, settings, stateDir: dir, stateHistory }: WatchWorld, key: () => string): Follower {
  const { log, now, place, registryPath } = ports;
  const world = { log: () => log, stateHistory: () => stateHistory, now };
  return new Answerer({
    dir,
    place,
    key,
    overviewOf: async (result, hearsDeaths) => ({
      ...(await overviewOf(reportWithoutNews(result), world)),
      hearsDeaths,
    }),
    files: [registryPath, join(dir, logName), settings.jobs.dir],
    // Where there is no such folder, as on macOS, a birth or a death is seen when the answer is too old by its time.
    terminals: '/dev/pts',
  });
}

/**
 * Answers other processes of the user with what this monitor sees, so that they need no look of their own.
 *
 * 1. Without an asker nothing is done. A pass of the loop does not know how to resume every session, so an answer is
 *    made by a look of its own, in turn with those passes.
 * 2. Several askers share one answer, for 2 s at most. A hint, a pass of the loop, a terminal that came or went, or a
 *    change of the registry, the log or a job makes it old at once: what the user just did must be seen. Hints do not tell
 *    of a new terminal soon enough: the loop waits for up to 10 s before it looks whose it is.
 * 3. Without a socket each asker looks for itself: no failure here is trouble.
 */
export class Answerer implements Follower {
  readonly trouble = null;
  readonly #options: AnswererOptions;
  #loop: FollowedLoop | null = null;
  #listening: Promise<Listening | null> | null = null;
  #kept: Kept | null = null;
  #looks = 0;

  constructor(options: AnswererOptions) {
    this.#options = options;
  }

  begins(loop: FollowedLoop): void {
    const { dir, place, connectionMs } = this.#options;
    const path = monitorSocket(dir, place);
    this.#loop = loop;
    if (path === null) return;
    this.#listening ??= listenAt(path, (line) => this.#answer(line), connectionMs).catch(() => null);
  }

  hinted(): void {
    this.#kept = null;
  }

  passed(): void {
    this.#kept = null;
  }

  failed(): void {
    this.#kept = null;
  }

  beat(): void {
    // A heartbeat says nothing of the sessions.
  }

  async close(): Promise<void> {
    this.#loop = null;
    this.#kept = null;
    await (await this.#listening)?.close();
  }

  #answer(line: string): Promise<Buffer | null> {
    const loop = this.#loop;
    const { key, files, terminals, sharedMs = freshMs } = this.#options;
    if (loop === null || keyIn(line) !== key()) return Promise.resolve(null);
    const state = [...files.map(fileKeyAt), ...terminalsIn(terminals)].join('\n');
    const kept = this.#kept;
    if (kept !== null && kept.state === state && performance.now() - kept.at <= sharedMs) return kept.answer;
    if (this.#looks >= looksAtMost) return Promise.resolve(null);
    return this.#keep(state, loop, sharedMs);
  }

  #keep(state: string, loop: FollowedLoop, sharedMs: number): Promise<Buffer | null> {
    const kept = { state, at: performance.now(), answer: this.#lookNow(loop).catch(() => null) };
    this.#kept = kept;
    setTimeout(() => {
      if (this.#kept === kept) this.#kept = null;
    }, sharedMs).unref();
    return kept.answer;
  }

  async #lookNow(loop: FollowedLoop): Promise<Buffer> {
    this.#looks += 1;
    try {
      const result = await loop.look(AbortSignal.timeout(lookMs));
      return Buffer.from(answerLine(await this.#options.overviewOf(result, loop.hearsDeaths)));
    } finally {
      this.#looks -= 1;
    }
  }
}

/** Names each terminal of a folder. The kernel gives a number again, so only the time at which it was made tells two apart. */
function terminalsIn(folder: string): readonly string[] {
  return namesOrNone(folder).map((name) => `${name} ${statOrNull(join(folder, name))?.ctimeMs}`);
}

interface Kept {
  /** The state of the files and terminals just before the look. */
  readonly state: string;
  /** When it was begun, by a clock that cannot be set; ms. */
  readonly at: number;
  readonly answer: Promise<Buffer | null>;
}
