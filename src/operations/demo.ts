import { exitCode } from '../errors.ts';
import type { DemoAnswer } from './answers/cards.ts';
import { numberOf, type Operation } from './operation.ts';

/** Each of five acts must take longer than a death is held back from the card. */
const shortestSeconds = 40;

export const demo: Operation<DemoAnswer> = {
  name: 'demo',
  summary: 'a guided minute: a private tmux server with pretend agents, and the monitor on it',
  description: 'Touches nothing of yours: own tmux server, own registry, own home, all removed at the end.',
  flags: [
    {
      name: 'seconds',
      description: `how long it takes (default: 60, at least ${shortestSeconds})`,
      value: { kind: 'count', least: shortestSeconds },
    },
  ],
  async *run(context, input) {
    const { play } = await import('./demo/play.ts');
    for await (const line of play(context, (numberOf(input, 'seconds') ?? 60) * 1_000)) {
      yield { json: { said: line }, text: line, exit: exitCode.done };
    }
  },
};
