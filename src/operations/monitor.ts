import { levels, shortestIntervalMs } from '../config/defaults.ts';
import { counted } from '../core/words/counted.ts';
import { clean } from '../core/words/text.ts';
import { exitCode } from '../errors.ts';
import type { MonitorListener } from '../watch/monitor.ts';
import type { MonitorAnswer } from './answers/cards.ts';
import { adoptionFlags, adoptionIn } from './adoption.ts';
import { cardFlags, dispatchedFirst, dispatchedIn, namedCard } from './boards.ts';
import type { Context } from './context.ts';
import { choiceOf, isOn, numberOf, type Operation } from './operation.ts';

export const monitor: Operation<MonitorAnswer> = {
  name: 'monitor',
  summary: 'watch until told to stop: drifts become comments on a card',
  description: 'Comment `stop monitoring` on the card to end it. At a terminal a line that you type is your comment.',
  flags: [
    ...cardFlags(`where the card is (default: ${dispatchedFirst})`, 'the card; on the local board made when missing'),
    {
      name: 'interval',
      description:
        'time between two passes (default: monitor.interval, else 30s, or 60s where one workspace runs 5 sessions)',
      value: { kind: 'duration', least: shortestIntervalMs },
    },
    {
      name: 'heartbeat',
      description: 'time between two heartbeats (default: monitor.heartbeat, else 5m)',
      value: { kind: 'duration', least: shortestIntervalMs },
    },
    {
      name: 'max-runtime',
      description: 'end by itself after so long',
      value: { kind: 'duration', least: shortestIntervalMs },
    },
    { name: 'until', description: 'end by itself at that time', value: { kind: 'time', direction: 'on' } },
    {
      name: 'level',
      description: 'what goes on the card (default: monitor.level, else drift)',
      value: { kind: 'choice', choices: [...levels] },
    },
    ...adoptionFlags,
    { name: 'page', description: 'serve the local page beside it; `asm page` prints its address' },
  ],
  async *run(context, input) {
    const listener = context.monitorListener?.(context) ?? quietListener(context);
    const request = {
      ...namedCard(input, context, dispatchedIn(context.env)?.board),
      intervalMs: numberOf(input, 'interval'),
      heartbeatMs: numberOf(input, 'heartbeat'),
      maxRuntimeMs: numberOf(input, 'max-runtime'),
      until: numberOf(input, 'until'),
      level: choiceOf(input, 'level', levels),
      adopt: adoptionIn(input),
    };
    const end = await context.monitor(request, listener, { page: isOn(input, 'page') }).finally(() => listener.close());
    yield { json: { reason: end.reason, summary: end.summary }, text: clean(end.summary), exit: exitCode.done };
  },
};

function quietListener({ output }: Context): MonitorListener {
  return {
    watching: (what) => output.log('info', watchingLine(what.sessions, what.card)),
    log: output.log,
    close: () => Promise.resolve(),
  };
}

export function watchingLine(sessions: number, card: string): string {
  return `watching ${counted(sessions, 'session')} on card ${card}`;
}
