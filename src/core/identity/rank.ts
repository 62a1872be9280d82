import type { Rung } from './rung.ts';
import type { Process } from '../observation.ts';
import type { Identity } from '../view.ts';
import type { Subject } from './subject.ts';

/** What this very process was proven to run before, if by a stronger rung: a weaker one does not overwrite it. */
export function provenBefore({ memory }: Subject, agent: Process, rung: Rung): string | null {
  const before = memory?.agent ?? null;
  if (before === null || before.pid !== agent.pid || before.start !== agent.start) return null;
  return before.rung !== null && before.rung < rung ? before.id : null;
}

/** A weaker rung names another conversation than the stronger one that held before. */
export function outranked(before: string): Identity {
  return { kind: 'not-proven', said: `a stronger proof named ${before} before, and nothing contradicts it` };
}
