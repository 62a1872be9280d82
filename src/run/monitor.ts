import { hostname } from 'node:os';
import type { Board, Card } from '../board/board.ts';
import type { Settings } from '../config/settings.ts';
import { askBack, completedText, heartbeatNote, pausedText, runSummary, stopReason } from '../core/messages.ts';
import { BoardError, exitCode, NoSuchCardError, type RegistryError, UsageError } from '../errors.ts';
import type { MonitorEnd, MonitorFace, MonitorRequest } from '../operations/context.ts';
import { say, tellCard, type CardReader } from '../tell/card.ts';
import { ownComments } from '../tell/own-comments.ts';
import { watchRegistry } from '../trigger/registry-folder.ts';
import { foundSince, type Found } from './found.ts';
import { judgeByRules } from './judge.ts';
import { takeLease } from './lease.ts';
import { makeLoop, type LoopPass, type Over } from './loop.ts';
import { makeModelJudge } from './model-judge.ts';
import { pass, type PassPorts, type PassResult } from './pass.ts';
import { watchForStop } from './stop-watch.ts';
import { setVariable } from '../set-variable.ts';

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

/** Sessions running in one workspace from which the poll slows down. */
const crowd = 5;
/** How long the last words on a card may take once the signal came; ms. */
const lastWordsMs = 30_000;
/** What makes us look beside a comment on the card. */
const triggers = ['timer', 'registry folder'];

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
    const claimed = await board.claim(card, { pid: process.pid, host: hostname() }, signal);
    await ports.log.append([{ kind: 'run', card, what: before?.run ? 'resumed' : 'started', reason: null }]);
    face.watching({ sessions: running(first), card, board });
    return await watch({ ...world, board, until }, request, face, claimed);
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

/** The time at which the run ends by itself, and the board it is on. */
interface Watch extends MonitorWorld {
  readonly board: Board;
  readonly until: number | null;
}

async function watch(world: Watch, request: MonitorRequest, face: MonitorFace, claimed: Card): Promise<MonitorEnd> {
  const { board, ports, settings, signal, until } = world;
  const card = claimed.id;
  const { phrases } = settings.stop;
  const { log, now } = ports;
  const reader: CardReader = { log, board, card, now, graceMs: ports.settings.graceMs, stopPhrases: phrases };
  const level = request.level ?? settings.monitor.level;
  const since = claimed.run?.startedAt ?? ports.now();
  const model = settings.judge === null ? null : makeModelJudge(settings.judge, ports.now);
  const seen = { last: null as PassResult | null, trouble: null as string | null };

  const loop = makeLoop({
    now: ports.now,
    intervalMs: request.intervalMs ?? settings.monitor.intervalMs,
    heartbeatMs: request.heartbeatMs ?? settings.monitor.heartbeatMs,
    sleep: wakeable,
    onTrouble: (error: RegistryError) => face.notice(error.message),
    pass: async (abort): Promise<LoopPass> => {
      try {
        seen.last = await pass(ports, 'loop', abort);
        if (seen.last.started) face.notice(`started a new registry: ${seen.last.registry.path}`);
      } finally {
        // Also when the registry cannot be read: that is news too.
        if (level !== 'silent') seen.trouble = await troubleOf(tellCard(reader, abort).then(keepHeld));
      }
      await ports.log.rotate();
      return { comeBackAt: comeBackAt(seen.last, held, until, ports.now()), crowded: isCrowded(seen.last) };
    },
    isOver: async (abort) => {
      try {
        const shown = await board.show(card, abort);
        // Its claim had run out: it is ours until somebody says otherwise.
        if (shown.status === 'ready') await board.claim(card, { pid: process.pid, host: hostname() }, abort);
        return await judge(shown, abort);
      } catch (error) {
        if (error instanceof NoSuchCardError) return { kind: 'ended', reason: 'the card is gone' };
        if (!(error instanceof BoardError)) throw error;
        seen.trouble = error.message;
        return null;
      }
    },
    heartbeat: async (abort) => {
      const note = heartbeatOf(await found(world, since), seen, ports.now());
      seen.trouble = await troubleOf(board.heartbeat(card, note, abort));
      if (level === 'verbose' && !board.showsHeartbeats) await troubleOf(say(reader, note, abort));
    },
  });
  let held: number | null = null;
  const keepHeld = (heldUntil: number | null): void => {
    held = heldUntil;
  };

  async function judge(shown: Card, abort: AbortSignal): Promise<Over | null> {
    const ruled = judgeByRules(shown, { until, now: ports.now() });
    if (ruled !== null) return ruled;
    const isOurs = ownComments(await ports.log.read(), card);
    const stop = watchForStop({ card: shown, isOurs, phrases, now: ports.now() });
    if (stop.kind === 'stop') return { kind: 'stopped', at: stop.comment.createdAt };
    if (stop.kind === 'ask') seen.trouble = await troubleOf(say(reader, askBack(), abort));
    const unwanted = await model?.ask(shown, isOurs, abort);
    if (unwanted === undefined || unwanted === null) return null;
    return { kind: 'completed', reason: unwanted };
  }

  const watching = new AbortController();
  const watched = AbortSignal.any([signal, watching.signal]);
  void watchRegistry(ports.registryFile.path, loop.hint, watched).catch(() => undefined);
  void board.watch(card, loop.cardHint, watched).catch(() => undefined);
  try {
    const over = await loop.run(signal);
    return await end(world, reader, over, await found(world, since));
  } finally {
    watching.abort();
  }
}

/** The last words on the card, and what the face says last. */
async function end(world: Watch, reader: CardReader, over: Over | null, drifts: Found): Promise<MonitorEnd> {
  const { board, ports } = world;
  const { card } = reader;
  const abort = AbortSignal.timeout(lastWordsMs);
  const summary = runSummary(drifts.drifts.map(({ kind }) => kind));
  const log = (what: 'stopped' | 'completed' | 'paused' | 'ended', reason: string | null) =>
    ports.log.append([{ kind: 'run', card, what, reason }]);
  if (over === null) {
    await troubleOf(say(reader, pausedText(summary), abort));
    await troubleOf(board.pause(card, abort));
    await log('paused', null);
    return { reason: 'paused', summary: `paused: ${summary}`, exit: exitCode.done };
  }
  if (over.kind === 'stopped') {
    const reason = stopReason(over.at);
    await say(reader, summary, abort);
    await board.block(card, reason, abort);
    await log('stopped', reason);
    return { reason: 'stopped', summary: `${reason}: ${summary}`, exit: exitCode.done };
  }
  if (over.kind === 'completed') {
    const text = completedText(over.reason, summary);
    await say(reader, text, abort);
    await board.complete(card, text, abort);
    await log('completed', over.reason);
    return { reason: 'completed', summary: text, exit: exitCode.done };
  }
  await log('ended', over.reason);
  return { reason: 'ended', summary: `${over.reason}: ${summary}`, exit: exitCode.done };
}

async function found({ ports }: MonitorWorld, since: number): Promise<Found> {
  return foundSince(await ports.log.read(), since);
}

function heartbeatOf(
  { drifts, lastAt }: Found,
  seen: { readonly last: PassResult | null; readonly trouble: string | null },
  now: number,
): string {
  const { last, trouble } = seen;
  return heartbeatNote({
    drifts: drifts.length,
    lastAt,
    now,
    lastLookAt: last?.at ?? null,
    passMs: last?.cost.ms ?? null,
    spawns: last?.cost.spawns ?? null,
    blind: last?.plan.blind.map(({ source }) => source) ?? [],
    triggers,
    boardTrouble: trouble,
  });
}

/** When something waits that the usual interval would come too late for. */
function comeBackAt(last: PassResult | null, held: number | null, until: number | null, now: number): number | null {
  const deferred = (last?.deferred ?? []).flatMap((one) => (one.until === null ? [] : [one.until]));
  const again = last?.plan.lookAgain;
  const times = [...deferred, ...(again ? [now + again.afterMs] : []), held, until].filter((time) => time !== null);
  const ahead = times.filter((time) => time > now);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

function running(result: PassResult): number {
  return result.registry.entries.filter((entry) => entry.status === 'running').length;
}

function isCrowded(last: PassResult | null): boolean {
  const sizes = new Map<string | null, number>();
  for (const { status, workspace } of last?.registry.entries ?? []) {
    if (status === 'running') sizes.set(workspace, (sizes.get(workspace) ?? 0) + 1);
  }
  return Math.max(0, ...sizes.values()) >= crowd;
}

function endOfTime({ until, maxRuntimeMs }: MonitorRequest, now: number): number | null {
  const times = [until, maxRuntimeMs === null ? null : now + maxRuntimeMs].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/** A board that fails later does not end the loop: the next heartbeat says so. */
async function troubleOf(posting: Promise<unknown>): Promise<string | null> {
  try {
    await posting;
    return null;
  } catch (error) {
    if (error instanceof BoardError || error instanceof Error) return error.message;
    throw error;
  }
}

function wakeable(ms: number, wake: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    void wake.then(done);
    if (signal.aborted) done();
  });
}
