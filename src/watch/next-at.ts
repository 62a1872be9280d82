import { askAgainMs } from '../board/board.ts';
import { shellForMs } from '../core/drift/agent-exited.ts';
import { crowd, defaults } from '../config/defaults.ts';
import type { PassResult } from '../pass/pass.ts';

/** The facts that decide when the next pass is due. Times are ms since 1970. */
export interface WhenNext {
  /** When the last pass ended. */
  readonly passedAt: number;
  /** The result of the last pass; `null`: it failed. */
  readonly result: Pick<PassResult, 'deferred' | 'plan' | 'registry' | 'input' | 'edits' | 'written'> | null;
  /** `null`: the default's, which is longer where a workspace is crowded. */
  readonly intervalMs: number | null;
  /** When the run ends by itself. */
  readonly endsAt: number | null;
  /** When news that is held back may be told, after one more pass. */
  readonly heldUntil: number | null;
}

/** Returns when the next pass is due: the earliest of all reasons; ms since 1970. What is past is due at once. */
export function nextAt({ passedAt, result, intervalMs, endsAt, heldUntil }: WhenNext): number {
  const interval = intervalMs ?? (isCrowded(result) ? defaults.crowdedIntervalMs : defaults.intervalMs);
  const reasons = [
    ...(result === null ? [] : putOff(result, passedAt)),
    endOf(endsAt, passedAt),
    heldUntil ?? Infinity,
  ];
  // What came due while the pass ran was not due when it looked: it is due at once.
  const lookedAt = result?.input.now ?? passedAt;
  const ahead = reasons.filter((time) => time > lookedAt);
  return Math.min(passedAt + interval, ...ahead);
}

/** Returns when something is due that the last pass left for the next one. */
function putOff(result: NonNullable<WhenNext['result']>, passedAt: number): readonly number[] {
  const { deferred: left, plan } = result;
  const { lookAgain } = plan;
  const deferred = left.flatMap(({ until }) => (until === null ? [] : [until]));
  const due = [...deferred, ...waitingsDue(result), ...shellsDue(result), ...newcomersDue(result, passedAt)];
  return lookAgain === null ? due : [...due, passedAt + lookAgain.afterMs];
}

/** A pass judges only entries that it has read: a session that it registered has no state before the next one. */
function newcomersDue({ edits, written }: NonNullable<WhenNext['result']>, passedAt: number): readonly number[] {
  return written && edits.some(({ op }) => op === 'register') ? [passedAt + atOnceMs] : [];
}

/** A time that is not after the look counts as past; ms. */
const atOnceMs = 1;

/** Returns when agents that wait will have waited for so long that it is told. */
function waitingsDue({ plan, input }: NonNullable<WhenNext['result']>): readonly number[] {
  const { afterMs } = input.settings.attention;
  return Object.values(plan.nextMemory.entries).flatMap(({ waitingSince }) =>
    waitingSince === undefined ? [] : [waitingSince + afterMs],
  );
}

/** Returns when a shell that an agent has left will have been in the foreground for so long that the agent has exited. */
function shellsDue({ plan }: NonNullable<WhenNext['result']>): readonly number[] {
  return Object.values(plan.nextMemory.entries).flatMap(({ shellSince }) =>
    shellSince === null ? [] : [shellSince + shellForMs],
  );
}

function endOf(endsAt: number | null, passedAt: number): number {
  if (endsAt === null) return Infinity;
  return endsAt > passedAt ? endsAt : passedAt + askAgainMs;
}

function isCrowded(result: WhenNext['result']): boolean {
  const sizes = new Map<string | null, number>();
  for (const { status, workspace } of result?.registry.entries ?? []) {
    if (status === 'running') sizes.set(workspace, (sizes.get(workspace) ?? 0) + 1);
  }
  return Math.max(0, ...sizes.values()) >= crowd;
}
