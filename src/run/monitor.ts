import { hostname } from 'node:os';
import type { Board, Card } from '../board/board.ts';
import type { Settings } from '../config/settings.ts';
import { clean } from '../core/text.ts';
import { isoSeconds } from '../core/time.ts';
import { BoardError, UsageError } from '../errors.ts';
import type { MonitorEnd, MonitorFace, MonitorRequest } from '../operations/context.ts';
import { setVariable } from '../set-variable.ts';
import { watchRegistry } from '../trigger/registry-folder.ts';
import { makeBoardLane, type BoardLane } from './board-lane.ts';
import { makeCardRun, type CardRun } from './card-run.ts';
import { takeLease } from './lease.ts';
import { makeLoop, wakeableSleep, type Loop } from './loop.ts';
import { pass, type PassPorts, type PassResult } from './pass.ts';

export interface MonitorWorld {
  readonly settings: Settings;
  readonly ports: PassPorts;
  readonly boardFor: (which: BoardChoice) => Board;
  /** The card that is watched on the local board when the request names none. */
  readonly card: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateDir: string;
  /** SIGINT, SIGTERM: pauses the run. */
  readonly signal: AbortSignal;
}

export interface BoardChoice {
  readonly name: 'local' | 'hermes';
  /** Hermes' name of the board; `null`: the current one. */
  readonly slug: string | null;
  /** How long the run is to take; ms. */
  readonly runMs: number | null;
}

/**
 * The main job: watches until told to stop.
 * @throws WatchedError if another monitor watches this registry; BoardError, RegistryError at the start only.
 */
export async function monitor(world: MonitorWorld, request: MonitorRequest, face: MonitorFace): Promise<MonitorEnd> {
  const { ports, stateDir, signal } = world;
  const until = endOfTime(request, ports.now());
  const { card, ...choice } = cardOf(world, request);
  const board = world.boardFor({ ...choice, runMs: until === null ? null : until - ports.now() });
  const lease = await takeLease({ dir: stateDir, card, host: hostname(), now: ports.now });
  try {
    await ports.sweep();
    // A look alone: a registry that cannot be read, or a board that refuses, ends us before anything is written.
    const first = await pass(ports, 'look', signal);
    const before = await board.show(card, signal).catch(() => null);
    if (before?.status === 'running' && !(await isOurs(world, board, card))) throw workedBySomebody(before);
    const claimed = await board.claim(card, { pid: process.pid, host: hostname() }, signal);
    await ports.log.append([{ kind: 'run', card, what: before?.run ? 'resumed' : 'started', reason: null }]);
    face.watching({ sessions: running(first), card, board });
    const { settings } = world;
    const level = request.level ?? settings.monitor.level;
    const run = makeCardRun({ ports, settings, board, claimed, level, until, notice: face.notice });
    const lane: BoardLane = makeBoardLane({
      steps: run,
      now: ports.now,
      heartbeatMs: request.heartbeatMs ?? settings.monitor.heartbeatMs,
      signal,
      onStep: () => loop.wake(),
    });
    const loop = makeLoop({
      ...run,
      lane,
      now: ports.now,
      intervalMs: request.intervalMs ?? settings.monitor.intervalMs,
      sleep: wakeableSleep,
      onTrouble: (error) => face.notice(error.message),
    });
    return await watch({ run, loop, lane, board, path: ports.registryFile.path, signal });
  } finally {
    await lease.release();
  }
}

/** Which card on which board: named, or dispatched to us by Hermes, or the local one. */
function cardOf({ env, card }: MonitorWorld, request: MonitorRequest) {
  const task = setVariable(env, 'HERMES_KANBAN_TASK');
  const name = request.board ?? (task === null ? 'local' : 'hermes');
  const slug = request.hermesBoard ?? setVariable(env, 'HERMES_KANBAN_BOARD');
  const known = request.card ?? (name === 'hermes' ? task : card);
  if (known !== null) return { name, slug, card: known };
  throw new UsageError("no card of Hermes' board was named", {
    where: '--card',
    cure: 'name it with --card, or set HERMES_KANBAN_TASK',
  });
}

/** A card that runs is ours if Hermes dispatched it to us, or if we worked it before a crash or a pause. */
async function isOurs({ env, ports }: MonitorWorld, board: Board, card: string): Promise<boolean> {
  if (board.name === 'local' || setVariable(env, 'HERMES_KANBAN_TASK') === card) return true;
  const last = (await ports.log.read()).findLast((event) => event.kind === 'run' && event.card === card);
  return last?.kind === 'run' && ['started', 'resumed', 'paused'].includes(last.what);
}

function workedBySomebody({ id, run }: Card): BoardError {
  const since = run === null ? '' : ` since ${isoSeconds(run.startedAt)}`;
  return new BoardError(`card ${clean(id)} is worked by somebody else${since}`, {
    where: '--card',
    cure: `name another card, or take it from them: hermes kanban reclaim ${clean(id)}`,
  });
}

/** Passes and what belongs to them, until the run is over or the signal pauses it. */
async function watch(options: {
  readonly run: CardRun;
  readonly loop: Loop;
  readonly lane: BoardLane;
  readonly board: Board;
  readonly path: string;
  readonly signal: AbortSignal;
}): Promise<MonitorEnd> {
  const { run, loop, lane, board, path, signal } = options;
  const watching = new AbortController();
  const watched = AbortSignal.any([signal, watching.signal]);
  void watchRegistry(path, loop.hint, watched).catch(() => undefined);
  void board.watch(run.card, lane.hint, watched).catch(() => undefined);
  try {
    for (;;) {
      const over = await loop.run(signal);
      try {
        return await run.end(over, signal);
      } catch (error) {
        // The board refuses the last words: they are said once it takes them.
        if (!(error instanceof BoardError)) throw error;
        await wakeableSleep(endAgainMs, new Promise(() => undefined), signal);
        lane.resume();
      }
    }
  } finally {
    watching.abort();
  }
}

/** How long a board that refused an end is left alone; ms. */
const endAgainMs = 5_000;

function running(result: PassResult): number {
  return result.registry.entries.filter((entry) => entry.status === 'running').length;
}

function endOfTime({ until, maxRuntimeMs }: MonitorRequest, now: number): number | null {
  const times = [until, maxRuntimeMs === null ? null : now + maxRuntimeMs].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}
