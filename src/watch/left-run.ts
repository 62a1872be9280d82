import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import type { Board, Card } from '../board/board.ts';
import type { Settings } from '../config/settings.ts';
import { completedText, runSummary } from '../core/words/messages.ts';
import { say, tellCard } from '../tell/card.ts';
import { jsonIn } from '../system/json.ts';
import { driftsOfRun } from './run-drifts.ts';
import { judgeByRules } from './judge.ts';
import { readerOf, type WatchWorld } from './watch-world.ts';

/**
 * Names the variable that starts this program as the writer of a run's last comment. When a board ends a run (its turns
 * or its time used up, its worker dead), the server must end at once, and the card says only later why. So a process of
 * its own waits for that, and writes the last comment.
 */
const variable = 'AGENT_SESSIONS_MONITOR_LAST_WORDS';
/**
 * How long to wait for the reason. Hermes notices a dead worker with its dispatcher's tick: each minute, unless it is
 * set otherwise or restarts; ms.
 */
const patienceMs = 15 * 60_000;
/**
 * The first pause: an end by the board itself is seen at once, and reading the card costs half a second of a core; ms.
 */
const firstPauseMs = 2_000;
const longestPauseMs = 30_000;

const runSchema = z.object({
  card: z.string(),
  /** When the run began, and when its server ended; ms since 1970. */
  startedAt: z.number(),
  leftAt: z.number(),
});
export type LeftRun = z.infer<typeof runSchema>;

/** Starts the process that writes the last comment, and leaves it running. */
export function leaveLastWords(
  about: { readonly program: readonly string[]; readonly settings: Settings; readonly env: WatchWorld['env'] },
  run: LeftRun,
): void {
  const { program, env, settings } = about;
  const [file = process.execPath, ...words] = program;
  const child = spawn(file, [...words, 'mcp'], {
    detached: true,
    stdio: 'ignore',
    // The worker's own folder may be deleted with its card.
    cwd: '/',
    // It is this program: it keeps the secrets of the broker.
    env: {
      ...env,
      AGENT_SESSIONS_YAML: settings.registry.path,
      AGENT_SESSIONS_MONITOR_STATE_DIR: settings.stateDir,
      [variable]: JSON.stringify(run),
    },
  });
  child.on('error', () => undefined);
  child.unref();
}

/** Returns the run for which this process was started to write the last comment. */
export function leftRun(env: WatchWorld['env']): LeftRun | null {
  return runSchema.safeParse(jsonIn(env[variable] ?? '')).data ?? null;
}

/** Writes on the card why its run was ended, if the reason comes in time and no process goes on with the run. */
export async function sayLastWords(world: WatchWorld, left: LeftRun): Promise<void> {
  const { ports, signal, stateDir } = world;
  const { log, now } = ports;
  const { card, leftAt } = left;
  const board = world.boardFor({ name: world.boardOfCard(card), slug: null, runMs: null });
  // If the state folder is gone, it is not made again.
  for (
    let pauseMs = firstPauseMs;
    !signal.aborted && now() < leftAt + patienceMs && existsSync(stateDir);
    pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)
  ) {
    const events = await log.read();
    if (events.some((event) => event.kind === 'run' && event.card === card && Date.parse(event.at) > leftAt)) return;
    const shown = await board.show(card, signal).catch(() => null);
    const over = shown === null ? null : judgeByRules(shown, { until: null, now: now() });
    if (shown !== null && over !== null) {
      if (isEndedByBoard(shown, leftAt)) await sayEnd(world, left, { board, reason: over.reason });
      return;
    }
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

async function sayEnd(
  { ports, settings, signal }: WatchWorld,
  { card, startedAt }: LeftRun,
  { board, reason }: { readonly board: Board; readonly reason: string },
): Promise<void> {
  const { log } = ports;
  const found = runSummary(driftsOfRun(await log.ledger(), { card, since: startedAt }).kinds);
  const reader = { ...readerOf({ ports, settings }, board, card), graceMs: 0 };
  if (settings.monitor.level !== 'silent') await tellCard(reader, signal);
  await say(reader, completedText(reason, found), signal);
  await log.append([{ kind: 'run', card, what: 'ended', reason }]);
}

/**
 * Decides whether the board ended the run. A person who archived a card wants no more comments, and a card that starts
 * again has not ended.
 */
function isEndedByBoard({ status, events }: Card, leftAt: number): boolean {
  if (status === 'blocked' || status === 'triage') return true;
  if (status !== 'done') return false;
  // A model that completes its card ends at that time; a person's end comes later, or was seen before.
  const completed = events.findLast(({ kind }) => kind === 'completed');
  return completed !== undefined && completed.createdAt <= leftAt;
}
