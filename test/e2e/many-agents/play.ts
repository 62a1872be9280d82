import { setTimeout as pause } from 'node:timers/promises';
import { sources, type Differences, type ManyAgents } from './many-agents.ts';

/** What does something again and again. */
export interface Actor {
  /** Does the next thing, and says after how long it may do another; ms. */
  act(): Promise<number>;
}

/** When each is to act; ms since 1970. */
export class Schedule {
  readonly #due = new Map<Actor, number>();

  add(actor: Actor, inMs: number): void {
    this.#due.set(actor, Date.now() + inMs);
  }

  /** Lets them do nothing for so long. */
  postpone(actors: readonly Actor[], ms: number): void {
    for (const actor of actors) {
      this.#due.set(actor, Math.max(this.#due.get(actor) ?? 0, Date.now() + ms));
    }
  }

  /** @throws if nothing is to act */
  get next(): readonly [Actor, number] {
    const [next] = [...this.#due].toSorted(([, one], [, other]) => one - other);
    if (next === undefined) throw new Error('there are no actors');
    return next;
  }
}

/** A moment at which all were compared. Times are ms from the last change on. */
export interface Sample {
  /** When each agreed for good. */
  readonly agreed: Readonly<Record<keyof Differences, number>>;
}

/** How long all may take to agree on a machine that is busy with other tests; ms. */
const agreeMs = 120_000;
const pollMs = 250;
/** A new monitor has seen everything after so long; ms. */
const seenMs = 8_000;

/** Lets all do what they do for so long, and compares at random moments. */
export async function play(
  fleet: ManyAgents,
  { schedule, ms, report }: { schedule: Schedule; ms: number; report: (line: string) => void },
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const ends = Date.now() + ms;
  let sampleAt = Date.now() + fleet.random.between(5_000, 10_000);
  while (Date.now() < ends) {
    if (fleet.backAt !== null && Date.now() >= fleet.backAt) {
      await fleet.watch();
      // No agent changes twice unseen.
      schedule.postpone(fleet.agents, seenMs);
    }
    const [actor, at] = schedule.next;
    if (Date.now() >= sampleAt && fleet.backAt === null) {
      samples.push(await sample(fleet, () => schedule.postpone(fleet.agents, seenMs)));
      report(`${samples.length}: ${JSON.stringify(samples.at(-1)?.agreed)}`);
      sampleAt = Date.now() + fleet.random.between(5_000, 20_000);
    } else if (Date.now() >= at) schedule.add(actor, isUnseen(fleet, actor) ? pollMs : await actor.act());
    else await pause(Math.max(0, Math.min(at, sampleAt, ends, Date.now() + pollMs) - Date.now()));
  }
  samples.push(await sample(fleet, () => undefined));
  return samples;
}

/** Decides whether the monitor has yet to see what this agent did last: no agent changes twice unseen. */
function isUnseen(fleet: ManyAgents, actor: Actor): boolean {
  return fleet.agents.some((agent) => agent === actor && !fleet.hasSeen(agent));
}

/**
 * Waits until all agree.
 * @param onBack hears that a killed monitor was started again
 * @throws after the deadline, with what does not agree
 */
export async function sample(fleet: ManyAgents, onBack: () => void): Promise<Sample> {
  const began = Date.now();
  const agreed = { status: 0, log: 0, states: 0, line: 0, page: 0, webhook: 0, card: 0 };
  let differing: readonly string[] = [];
  while (Date.now() - began < agreeMs) {
    if (fleet.backAt !== null) {
      await fleet.watch();
      onBack();
    }
    const asked = Date.now() - began;
    const differences = await fleet.differences();
    for (const name of sources) {
      if (differences[name].length > 0) agreed[name] = -1;
      else if (agreed[name] < 0) agreed[name] = asked;
    }
    differing = Object.values(differences).flat();
    if (differing.length === 0) return { agreed };
    await pause(pollMs);
  }
  throw new Error(`${agreeMs} ms after the last change at ${new Date(began).toISOString()}:\n${differing.join('\n')}`);
}
