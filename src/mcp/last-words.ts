import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import type { Card } from '../board/board.ts';
import { completedText, runSummary } from '../core/words/messages.ts';
import type { Context } from '../operations/context.ts';
import { foundInRun } from '../watch/found.ts';
import { judgeByRules } from '../watch/judge.ts';
import type { MonitorWorld } from '../watch/monitor.ts';
import { say, tellCard } from '../tell/card.ts';
import { jsonIn } from '../system/json.ts';

/**
 * A run that the board ends (its turns or its time used up, its worker dead): the server must be gone at once, and the card
 * says only later why. So a process of its own waits for that, and has the last word.
 */
const variable = 'AGENT_SESSIONS_MONITOR_LAST_WORDS';
/** A dead worker is noticed by a dispatcher's tick: each minute, unless it is set otherwise or is started anew; ms. */
const patienceMs = 15 * 60_000;
/** What the board ends itself is seen at once; a look costs half a second of a core; ms. */
const firstPauseMs = 2_000;
const longestPauseMs = 30_000;

const runSchema = z.object({
  card: z.string(),
  /** When the run began, and when its server went; ms since 1970. */
  startedAt: z.number(),
  leftAt: z.number(),
});
export type LeftRun = z.infer<typeof runSchema>;

/** Starts the process that has the last word, and leaves it. */
export function leaveLastWords({ program, env, settings }: Context, run: LeftRun): void {
  const [file = process.execPath, ...words] = program;
  const child = spawn(file, [...words, 'mcp'], {
    detached: true,
    stdio: 'ignore',
    // The worker's own folder may be deleted with its card.
    cwd: '/',
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

/** The run that this process was started to have the last word on. */
export function leftRun(env: Context['env']): LeftRun | null {
  return runSchema.safeParse(jsonIn(env[variable] ?? '')).data ?? null;
}

/** Says why the card's run was ended, if it is within the time that a dispatcher takes, and nobody goes on with it. */
export async function sayLastWords(world: MonitorWorld, { card, startedAt, leftAt }: LeftRun): Promise<void> {
  const { ports, settings, signal, stateDir } = world;
  const { log, now } = ports;
  const board = world.boardFor({ name: world.boardOfCard(card), slug: null, runMs: null });
  // A folder that is gone is not made again.
  for (
    let pauseMs = firstPauseMs;
    !signal.aborted && now() < leftAt + patienceMs && existsSync(stateDir);
    pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)
  ) {
    const events = await log.read();
    if (events.some((event) => event.kind === 'run' && event.card === card && Date.parse(event.at) > leftAt)) return;
    const shown = await board.show(card, signal).catch(() => null);
    const over = shown === null ? null : judgeByRules(shown, { until: null, now: now() });
    if (shown !== null && over !== null && over.kind === 'ended') {
      if (!isEndedByBoard(shown, leftAt)) return;
      const found = runSummary(foundInRun(await log.ledger(), { card, since: startedAt }).kinds);
      const { monitor, registry, stop } = settings;
      const reader = { log, board, card, now, registry, graceMs: 0, stopPhrases: stop.phrases };
      if (monitor.level !== 'silent') await tellCard(reader, signal);
      await say(reader, completedText(over.reason, found), signal);
      await log.append([{ kind: 'run', card, what: 'ended', reason: over.reason }]);
      return;
    }
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

/** What a person has put away he does not want to hear of, and what starts again has not ended. */
function isEndedByBoard({ status, events }: Card, leftAt: number): boolean {
  if (status === 'blocked' || status === 'triage') return true;
  if (status !== 'done') return false;
  // A model that completes its card goes then; a person's word comes later, or was seen.
  const completed = events.findLast(({ kind }) => kind === 'completed');
  return completed !== undefined && completed.createdAt <= leftAt;
}
