/** How a run ends. */
export type Over =
  | { readonly kind: 'stopped'; readonly at: number }
  | { readonly kind: 'completed'; readonly reason: string }
  | { readonly kind: 'ended'; readonly reason: string };

/** Is monitoring still wanted? `unknown`: the board did not say. */
export type Wanted = Over | { readonly kind: 'wanted' } | { readonly kind: 'unknown'; readonly reason: string };

/** The steps of a run that need its board. None throws because the board refuses or is silent. */
export interface BoardSteps {
  /** What is new, onto the card. */
  tell(signal: AbortSignal): Promise<void>;
  isOver(signal: AbortSignal): Promise<Wanted>;
  heartbeat(signal: AbortSignal): Promise<unknown>;
  /** When a card that was read then is to be read again, though nobody hinted at a change; ms since 1970. */
  readAgainAt(readAt: number): number;
}

/**
 * What goes to the board, apart from the passes: they never wait for it. One step is under way, in the order in which
 * they were asked; what waits already is not asked twice.
 */
export interface BoardLane {
  /** A pass has looked: its news go on the card, and the card is read where that is due. */
  passed(): void;
  /** The card may have changed: it is read. */
  hint(): void;
  /** A heartbeat, if it is due. */
  beat(): void;
  /** When the next heartbeat is due; ms since 1970. */
  beatAt(): number;
  /** Why the run is over, once the card has told. */
  over(): Over | null;
  /** The end did not come about: the card is read again. */
  resume(): void;
  /** Somebody else's step, in its turn. */
  run<Answer>(work: () => Promise<Answer>): Promise<Answer>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** A board that did not answer is left alone for so long; ms. */
const againMs = 5_000;

export function makeBoardLane(options: {
  readonly steps: BoardSteps;
  /** ms since 1970. */
  readonly now: () => number;
  readonly heartbeatMs: number;
  /** Breaks off what is under way. */
  readonly signal: AbortSignal;
  /** After each step. */
  readonly onStep: () => void;
  /** A step failed otherwise than the one before, and not by the board's doing: a log that cannot be read. It is tried again. */
  readonly onTrouble: (error: Error) => void;
}): BoardLane {
  const { steps, now, heartbeatMs, signal, onStep } = options;
  const waiting = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();
  let readAt = -Infinity;
  let beatAt = now() + heartbeatMs;
  let over: Over | null = null;
  let askedAt = -Infinity;
  let isSilent = false;
  const troubles = new Map<string, string>();

  function run<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const next = last.then(work);
    last = next.then(onStep, onStep);
    return next;
  }

  function want(name: string, step: () => Promise<unknown>): void {
    if (waiting.has(name)) return;
    waiting.add(name);
    void run(async () => {
      waiting.delete(name);
      if (over !== null || signal.aborted) return;
      try {
        await step();
        troubles.delete(name);
      } catch (error) {
        const failed = error instanceof Error ? error : new Error(String(error));
        if (failed.message !== troubles.get(name)) options.onTrouble(failed);
        troubles.set(name, failed.message);
      }
    });
  }

  async function ask(): Promise<void> {
    askedAt = now();
    isSilent = true;
    const wanted = await steps.isOver(signal);
    if (wanted.kind === 'unknown') return;
    isSilent = false;
    readAt = askedAt;
    if (wanted.kind !== 'wanted') over = wanted;
  }

  const hint = (): void => want('read', ask);
  return {
    passed: () => {
      want('tell', () => steps.tell(signal));
      if (now() >= (isSilent ? askedAt + againMs : steps.readAgainAt(readAt))) hint();
    },
    hint,
    beat: () => {
      if (now() < beatAt) return;
      beatAt = now() + heartbeatMs;
      want('beat', () => steps.heartbeat(signal));
    },
    beatAt: () => beatAt,
    over: () => over,
    resume: () => {
      over = null;
      hint();
    },
    run,
    idle: async () => {
      await last;
    },
  };
}
