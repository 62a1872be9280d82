import { shortestIntervalMs } from '../config/defaults.ts';
import { clean } from '../core/words/text.ts';
import type { Context } from './context.ts';
import { Display } from './display.ts';
import { isOn, numberOf, type Input, type Operation } from './operation.ts';
import { Debounce } from '../watch/debounce.ts';
import { Failures, showGoesOn } from '../watch/failures.ts';
import { loop, type LoopPorts } from '../watch/loop.ts';
import { Pace } from '../watch/pace.ts';
import type { StatusAnswer } from './answers/sessions.ts';
import { overview, ownOverview } from './sessions/make-overview.ts';
import type { Overview } from './sessions/overview.ts';
import { assertAgent, shownStatus, viewIn } from './sessions/shown-status.ts';
import { pollOnly, probe, type NamedState } from '../trigger/probe.ts';

export const status: Operation<StatusAnswer> = {
  name: 'status',
  summary: 'every session with its agent, id and job on one line, those that need you first; writes nothing',
  description:
    'SINCE says how long it waits, idles, is gone; `12m+`: at least so long. At a terminal it fits the width, and of many terminated sessions it says only how many. The exit code is 1 while an entry says `running` and its session or agent does not run. Once a monitor has written the death, the entry says `terminated`: status shows `gone` for a day (`group` in --json), and the exit code no longer speaks of it. With --waiting, --workspace or --agent the exit code 1 speaks of the shown sessions only; 4 is that of all sessions: one that cannot be seen may wait for you.',
  flags: [
    {
      name: 'watch',
      description:
        'stay, and show it again as it changes; at a terminal in place, with the keys q (end) and r (look now)',
    },
    {
      name: 'interval',
      description: 'time between two passes of --watch (default: 2s, growing to 15s while nothing changes)',
      value: { kind: 'duration', least: shortestIntervalMs },
    },
    { name: 'waiting', description: 'only sessions that wait for you' },
    { name: 'workspace', description: 'only its sessions', value: { kind: 'text', placeholder: 'name' } },
    { name: 'agent', description: 'only sessions of that agent', value: { kind: 'text', placeholder: 'name' } },
    { name: 'all', description: 'all terminated sessions too, at a terminal' },
    { name: 'line', description: 'the counts alone, as a line for a prompt or a bar: `2 need you · 5 working`' },
  ],
  async *run(context, input) {
    const view = viewIn(input);
    const debounce = new Debounce();
    const display = new Display(context, input, debounce.hint);
    const failures = new Failures(display.trouble, showGoesOn);
    let first: { readonly note: readonly string[] } | null = null;
    try {
      for await (const turn of turnsOf(context, input, debounce, display.signal)) {
        failures.hear(turn);
        if (turn.kind !== 'passed') continue;
        display.calm();
        const isFirst = first === null;
        if (isFirst) assertAgent(view, turn.result, context.settings);
        first ??= { note: input.json ? [] : await pollOnlyNote(turn.result, context) };
        const note = isFirst || display.isInPlace ? first.note : [];
        const answer = await display.show(shownStatus(turn.result, { ...view, note }, context));
        if (answer !== null) yield answer;
      }
    } finally {
      display.close();
    }
    // Without one answer it was broken off.
    if (first === null) context.signal.throwIfAborted();
  },
};

/** Yields one turn, or with --watch one after the other: at once where a trigger hints, and for what no trigger hears. */
async function* turnsOf(context: Context, input: Input, debounce: Debounce, signal: AbortSignal) {
  const stays = isOn(input, 'watch');
  const intervalMs = numberOf(input, 'interval');
  const now = (): number => performance.now();
  const pace = new Pace(now);
  const triggers = context.triggers();
  if (stays) triggers.start(debounce.hint, signal);
  let last: string | null = null;
  let isFirst = true;
  const ports: LoopPorts<Overview> = {
    // Later passes follow hints: an answer from before a hint would show what was.
    pass: () => (isFirst ? overview(context) : ownOverview(context)),
    changesIn: ({ changes }) => changes,
    nextAt: (passedAt) => passedAt + (intervalMs ?? pace.restMs),
    until: stays ? Infinity : -Infinity,
    debounce,
    now,
  };
  for await (const turn of loop(ports, signal)) {
    isFirst = false;
    if (turn.kind === 'passed') {
      if (stays) triggers.follow(turn.result.watched);
      const what = withoutTimes(turn.result);
      if (what !== last) pace.changed();
      last = what;
    }
    yield turn;
  }
}

/** Returns what a pass says of the sessions, without the texts that grow with the time. */
function withoutTimes({ sessions }: Overview): string {
  return JSON.stringify(sessions.map(({ row }) => ({ ...row, state: null })));
}

/** Returns a line for people where only the poll sees deaths. */
async function pollOnlyNote(seen: Overview, context: Context): Promise<readonly string[]> {
  const why = await whyPollOnly(seen, context);
  return why === null ? [] : [`deaths are seen by the poll only: ${clean(why)}`];
}

/**
 * Says why only the poll sees deaths. It stops at the first working trigger, and tries the cheapest first: probing
 * `/dev/pts` wakes every other watcher.
 */
async function whyPollOnly({ watched, hearsDeaths }: Overview, context: Context): Promise<string | null> {
  if (hearsDeaths) return null;
  const hearing = context.triggers().all.filter(({ hearsDeaths }) => hearsDeaths === true);
  const states: NamedState[] = [];
  for (const trigger of hearing.toReversed()) {
    states.unshift(...(await probe([trigger], watched, context.signal)));
    if (pollOnly(states) === null) break;
  }
  return pollOnly(states);
}
