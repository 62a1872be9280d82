import { hostname } from 'node:os';
import type { Board, BoardName, Card, Dispatched } from '../board/board.ts';
import type { LogLevel, Settings } from '../config/settings.ts';
import { entryId } from '../core/model/entry.ts';
import type { Adoption } from '../core/model/plan.ts';
import { clean } from '../core/words/text.ts';
import { isoSeconds } from '../core/words/time.ts';
import { BoardError, exitCode } from '../errors.ts';
import { beginCard } from '../tell/card.ts';
import type { Trigger } from '../trigger/trigger.ts';
import type { Triggers } from '../trigger/triggers.ts';
import { makeBoardLane, type BoardLane } from './card-queue.ts';
import { makeCardRun, type CardRun, type MonitorEnd } from './card-run.ts';
import { sleep } from './debounce.ts';
import { judgeByRules } from './judge.ts';
import { takeLease } from './lease.ts';
import { makeLoop, type Loop, type LoopPorts } from './loop.ts';
import { pass, type PassPorts, type PassResult } from '../pass/pass.ts';
import { troubleLines } from './trouble-lines.ts';

export interface MonitorWorld {
  readonly settings: Settings;
  readonly ports: PassPorts;
  readonly boardFor: (which: BoardChoice) => Board;
  /** The registry's own card, on the usual board. */
  readonly card: string;
  /** The name of the board on which a card lies. */
  readonly boardOfCard: (card: string) => string;
  /** The card that a board started this process for. */
  readonly dispatched: Dispatched | null;
  /** Connects to the broker, where one is configured. */
  readonly push: (notice: (line: string) => void) => Promise<Push | null>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateDir: string;
  readonly triggers: (others?: readonly Trigger[]) => Triggers;
  readonly version: string;
  /** SIGINT, SIGTERM: pauses the run. */
  readonly signal: AbortSignal;
}

export interface BoardChoice extends BoardName {
  /** How long the run is to take; ms. */
  readonly runMs: number | null;
}

/** What a monitor has on the broker. No pass waits for it. */
export interface Push {
  readonly trigger: Trigger;
  /** Tells what a pass saw. */
  look(result: PassResult): void;
  /** The log may have grown. */
  wake(): void;
  /** Ends in order; 3 s at most. */
  close(): Promise<void>;
}

/** What a monitor is asked to do; `null` = the settings' or the default's. */
export interface MonitorRequest {
  readonly board: BoardName;
  readonly card: string;
  readonly intervalMs: number | null;
  readonly heartbeatMs: number | null;
  readonly maxRuntimeMs: number | null;
  /** ms since 1970. */
  readonly until: number | null;
  readonly level: 'silent' | 'drift' | 'verbose' | null;
  /** Entries that belong to this place from now on. */
  readonly adopt?: Adoption | null;
}

/** What a face of the monitor is told while it runs. */
export interface MonitorFace {
  /** Once the lease and the card are held. */
  watching(what: { readonly sessions: number; readonly card: string; readonly board: Board }): void;
  /** A person should know, but not on the card: a state file was put aside, a pass failed. */
  readonly log: (level: LogLevel, line: string) => void;
  /** After the run's end, before the last line. */
  close(): Promise<void>;
}

/**
 * The main job: watches until told to stop.
 * @throws WatchedError if another monitor watches this registry; BoardError, RegistryError at the start only.
 */
export async function monitor(world: MonitorWorld, request: MonitorRequest, face: MonitorFace): Promise<MonitorEnd> {
  const { ports, stateDir, signal } = world;
  const until = endOfTime(request, ports.now());
  const { card } = request;
  const board = world.boardFor({ ...request.board, runMs: until === null ? null : until - ports.now() });
  // A look alone: a registry that cannot be read, or a board that refuses, ends us before anything is written.
  const first = await pass(ports, 'dry-run', signal);
  const lease = await takeLease({ dir: stateDir, card, place: ports.place, host: hostname(), now: ports.now });
  const notice = (line: string): void => face.log('warn', line);
  const trouble = (line: string): void => face.log('error', line);
  let push: Push | null = null;
  try {
    await ports.sweep();
    if (request.adopt != null) await pass(ports, 'loop', signal, request.adopt);
    const before = await board.show(card, signal).catch(() => null);
    if (before !== null && before.run !== null && !(await isOurs(world, board, card))) throw workedBySomebody(before);
    const over =
      before === null || board.traits.claimsAnyCard ? null : judgeByRules(before, { until: null, now: ports.now() });
    if (over !== null && over.kind === 'ended') return { reason: 'ended', summary: over.reason, exit: exitCode.done };
    const claimed = await board.claim(card, { pid: process.pid, host: hostname() }, signal);
    push = await world.push(notice);
    await ports.log.append([{ kind: 'run', card, what: before?.run ? 'resumed' : 'started', reason: null }]);
    face.watching({ sessions: sessionCount(first), card, board });
    const { settings } = world;
    const level = request.level ?? settings.monitor.level;
    if (level !== 'silent') await beginCard(ports.log, card);
    const triggers = world.triggers(push === null ? [] : [push.trigger]);
    const run = makeCardRun({ ports, settings, board, claimed, level, until, triggers, notice });
    const lane: BoardLane = makeBoardLane({
      steps: run,
      now: ports.now,
      heartbeatMs: request.heartbeatMs ?? settings.monitor.heartbeatMs,
      signal,
      onTrouble: (error) => troubleLines('a step on the card', error).forEach(trouble),
      onStep: () => {
        push?.wake();
        loop.wake();
      },
    });
    const loop = makeLoop({
      ...run,
      pass: pushed(run, push),
      lane,
      now: ports.now,
      intervalMs: request.intervalMs ?? settings.monitor.intervalMs,
      onTrouble: (error) => troubleLines('a pass', error).forEach(trouble),
    });
    return await watch({ run, loop, lane, board, triggers, signal });
  } finally {
    await push?.close();
    await lease.release();
  }
}

/** What each pass saw goes to the broker too; nobody waits for that. */
function pushed(run: CardRun, push: Push | null): LoopPorts['pass'] {
  return async (signal) => {
    try {
      const passed = await run.pass(signal);
      push?.look(passed.result);
      return passed;
    } finally {
      push?.wake();
    }
  };
}

/** A card that runs is ours if its board dispatched it to us, or if we worked it before a crash or a pause. */
async function isOurs({ dispatched, ports }: MonitorWorld, board: Board, card: string): Promise<boolean> {
  if (board.traits.claimsAnyCard || dispatched?.card === card) return true;
  const last = (await ports.log.read()).findLast((event) => event.kind === 'run' && event.card === card);
  return last?.kind === 'run' && ['started', 'resumed', 'paused'].includes(last.what);
}

function workedBySomebody({ id, run }: Card): BoardError {
  const since = run === null ? '' : ` since ${isoSeconds(run.startedAt)}`;
  return new BoardError(`card ${clean(id)} is worked by somebody else${since}`, {
    where: '--card',
    cure: `name another card, or end that run: comment \`stop monitoring\` on card ${clean(id)}`,
  });
}

/** Passes and what belongs to them, until the run is over or the signal pauses it. */
async function watch(options: {
  readonly run: CardRun;
  readonly loop: Loop;
  readonly lane: BoardLane;
  readonly board: Board;
  readonly triggers: Triggers;
  readonly signal: AbortSignal;
}): Promise<MonitorEnd> {
  const { run, loop, lane, board, triggers, signal } = options;
  const ended = new AbortController();
  const whileWatching = AbortSignal.any([signal, ended.signal]);
  triggers.start(loop.hint, whileWatching);
  void board.watch(run.card, lane.hint, whileWatching).catch(() => undefined);
  try {
    for (;;) {
      const over = await loop.run(signal);
      try {
        return await run.end(over, signal);
      } catch (error) {
        // The board refuses the last words: they are said once it takes them.
        if (!(error instanceof BoardError)) throw error;
        await sleep(endAgainMs, new Promise(() => undefined), signal);
        lane.resume();
      }
    }
  } finally {
    ended.abort();
  }
}

/** How long a board that refused an end is left alone; ms. */
const endAgainMs = 5_000;

/** Running entries, and sessions that get theirs now or as soon as they have settled. */
function sessionCount({ registry, edits, deferred }: PassResult): number {
  const known = new Set(registry.entries.map(entryId));
  const fresh = [...edits, ...deferred].map(({ entry }) => entryId(entry)).filter((id) => !known.has(id));
  return registry.entries.filter((entry) => entry.status === 'running').length + new Set(fresh).size;
}

function endOfTime({ until, maxRuntimeMs }: MonitorRequest, now: number): number | null {
  const times = [until, maxRuntimeMs === null ? null : now + maxRuntimeMs].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}
