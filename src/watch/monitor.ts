import { hostname } from 'node:os';
import { askAgainMs, type Board, type BoardName } from '../board/board.ts';
import type { LogLevel } from '../config/settings.ts';
import { entryId } from '../core/model/entry.ts';
import type { Adoption } from '../core/model/plan.ts';
import { otherNames } from '../core/place/other-names.ts';
import { BoardError, WatchedError } from '../errors.ts';
import { pass, type PassResult } from '../pass/pass.ts';
import { beginCard } from '../tell/card.ts';
import { CardWatch } from './card-watch.ts';
import type { MonitorEnd } from './end-run.ts';
import { defaults } from '../config/defaults.ts';
import type { Follower } from './follower.ts';
import { Failures, troubleLines, watchGoesOn } from './failures.ts';
import { takeLease, type HeldLease } from './one-monitor.ts';
import { Passes } from './passes.ts';
import { runBegins, takeCard, type TakenCard } from './take-card.ts';
import type { Push, WatchWorld } from './watch-world.ts';

/** What a monitor is asked to do; `null`: as the settings or the default say. */
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

/** What an interface hears from a running monitor. */
export interface MonitorListener {
  /** Called once the lease and the card are taken. */
  watching(what: { readonly sessions: number; readonly card: string; readonly board: Board }): void;
  /** Tells the user of something that does not belong on the card: a state file was put aside, a pass failed. */
  readonly log: (level: LogLevel, line: string) => void;
  /** Called after the run's end, before the last line. */
  close(): Promise<void>;
}

/**
 * Watches until it is told to stop.
 * @throws WatchedError if another monitor watches this registry; BoardError, RegistryError at the start only
 */
export async function monitor(
  world: WatchWorld,
  request: MonitorRequest,
  listener: MonitorListener,
): Promise<MonitorEnd> {
  const { ports, stateDir, signal } = world;
  const { now, place } = ports;
  const endsAt = endOfTime(request, now());
  const { card } = request;
  const board = world.boardFor({ ...request.board, runMs: endsAt === null ? null : endsAt - now() });
  // The first pass writes nothing: an unreadable registry, or a board that refuses, ends the monitor before anything is
  // written.
  const first = await pass(ports, 'dry-run', signal);
  const config = world.settings.configText;
  const lease = await takeLease({ dir: stateDir, card, board, config, place, host: hostname(), now });
  let push: Push | null = null;
  let follower: Follower | null = null;
  try {
    await ports.sweep();
    if (request.adopt != null) await pass(ports, 'loop', signal, request.adopt);
    const isOwnRun = () => hasWorked(world, card);
    const taken = await takeCard({ board, card, isOwnRun, others: 'refuse', now }, signal);
    if (taken.kind !== 'taken') return { reason: 'ended', summary: taken.reason, why: taken.reason };
    push = await world.push((line) => listener.log('warn', line));
    await ports.log.append([runBegins(taken)]);
    listener.watching({ sessions: sessionCount(first), card, board });
    for (const line of otherNames(first.input)) listener.log('info', line);
    follower = await world.followers(intervalOf(world, request) ?? defaults.crowdedIntervalMs);
    const monitoring = { world, request, listener, lease, push, follower };
    const watch = await begin(monitoring, { board, taken, endsAt });
    return await untilOver(watch, monitoring);
  } finally {
    await Promise.all([push?.close(), follower?.close()]);
    await lease.release();
  }
}

/**
 * Decides whether a card that runs is this monitor's: its board dispatched it, or a monitor worked it before a crash or a
 * pause.
 */
async function hasWorked({ dispatched, ports }: WatchWorld, card: string): Promise<boolean> {
  if (dispatched?.card === card) return true;
  const last = (await ports.log.read()).findLast((event) => event.kind === 'run' && event.card === card);
  return last?.kind === 'run' && ['started', 'resumed', 'paused'].includes(last.what);
}

/** What the parts of one monitoring share. */
interface Monitoring {
  readonly world: WatchWorld;
  readonly request: MonitorRequest;
  readonly listener: MonitorListener;
  readonly lease: HeldLease;
  readonly push: Push | null;
  readonly follower: Follower;
}

/** Begins the run, or goes on with it: from here on nothing is lost for its card. */
async function begin(
  { world, request, listener, push, follower }: Monitoring,
  run: { readonly board: Board; readonly taken: TakenCard; readonly endsAt: number | null },
): Promise<CardWatch> {
  const { ports, settings, signal } = world;
  const { monitor: usual } = settings;
  const { claimed } = run.taken;
  const level = request.level ?? usual.level;
  if (level !== 'silent') await beginCard(ports.log, claimed.id);
  const triggers = world.triggers(push === null ? [] : [push.trigger]);
  const passes = new Passes({ ports, triggers, notice: (line) => listener.log('warn', line), signal });
  passes.follower = follower;
  const onTrouble = (error: Error): void =>
    troubleLines('a step on the card', error).forEach((line) => listener.log('error', line));
  const heartbeatMs = request.heartbeatMs ?? usual.heartbeatMs;
  return new CardWatch({
    ...run,
    ports,
    settings,
    claimed,
    level,
    passes,
    heartbeatMs,
    isAnothers: false,
    signal,
    onTrouble,
  });
}

/** Runs passes and all that belongs to them, until the run is over or the signal pauses it. */
async function untilOver(watch: CardWatch, { world, request, listener, lease, push }: Monitoring): Promise<MonitorEnd> {
  const { ports, signal } = world;
  const failures = new Failures((line) => listener.log('error', line), watchGoesOn);
  const intervalMs = intervalOf(world, request);
  for await (const turn of watch.turns({ intervalMs, until: Infinity }, signal)) {
    failures.hear(turn);
    await keepLease(lease);
    if (turn.kind === 'passed') push?.look(turn.result);
    push?.wake();
    if (watch.queue.over === null) continue;
    try {
      return await watch.end(watch.queue.over, signal);
    } catch (error) {
      // The board refuses the last comment: it is written once the board takes it.
      if (!(error instanceof BoardError)) throw error;
      await ports.wait(askAgainMs, signal).catch(() => undefined);
    }
  }
  return watch.end({ kind: 'paused', by: 'signal' }, signal);
}

/**
 * Keeps the lease. Where it cannot be written, nothing else can be either, and the passes say so.
 * @throws WatchedError if another monitor watches now
 */
async function keepLease(lease: HeldLease): Promise<void> {
  try {
    await lease.keep();
  } catch (error) {
    if (error instanceof WatchedError) throw error;
  }
}

/** Returns the interval that the user chose; `null`: none. */
function intervalOf({ settings }: WatchWorld, { intervalMs }: MonitorRequest): number | null {
  return intervalMs ?? settings.monitor.intervalMs;
}

/** Counts running entries, and sessions that get an entry now or once they have settled. */
function sessionCount({ registry, edits, deferred }: PassResult): number {
  const known = new Set(registry.entries.map(entryId));
  const fresh = [...edits, ...deferred].map(({ entry }) => entryId(entry)).filter((id) => !known.has(id));
  return registry.entries.filter((entry) => entry.status === 'running').length + new Set(fresh).size;
}

function endOfTime({ until, maxRuntimeMs }: MonitorRequest, now: number): number | null {
  const times = [until, maxRuntimeMs === null ? null : now + maxRuntimeMs].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}
