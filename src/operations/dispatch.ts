import { exitCode } from '../errors.ts';
import type { DispatchAnswer } from './answers/cards.ts';
import { choiceOf, isOn, numberOf, textOf, type Operation } from './operation.ts';

export const dispatch: Operation<DispatchAnswer> = {
  name: 'dispatch',
  summary: 'create the Hermes card that runs the monitor, and print its id',
  description:
    'With --worker model a profile of Hermes works the card with the skill (run `asm setup` first); with --worker self no model is needed: `asm monitor` works it.',
  flags: [
    {
      name: 'worker',
      description: 'who works the card (default: model)',
      value: { kind: 'choice', choices: ['model', 'self'] },
    },
    {
      name: 'assignee',
      description: 'the profile (default: default)',
      value: { kind: 'text', placeholder: 'profile' },
    },
    { name: 'hermes-board', description: "Hermes' slug of the board", value: { kind: 'text', placeholder: 'slug' } },
    { name: 'max-runtime', description: 'end after so long', value: { kind: 'duration', least: 1_000 } },
    { name: 'print', description: 'only show the command; makes no card' },
  ],
  async *run(context, input) {
    const { dispatchCard, dispatchCommand } = await import('../hermes/dispatch.ts');
    const request = {
      worker: choiceOf(input, 'worker', ['model', 'self']) ?? 'model',
      assignee: textOf(input, 'assignee'),
      slug: textOf(input, 'hermes-board'),
      maxRuntimeMs: numberOf(input, 'max-runtime'),
    } as const;
    const command = dispatchCommand(context, request);
    if (isOn(input, 'print')) {
      yield { json: { card: null, command }, text: command, exit: exitCode.done };
      return;
    }
    await context.assertNotWatched();
    const { card, next } = await dispatchCard(context, request);
    yield { json: { card, command }, text: [card, ...next].join('\n'), exit: exitCode.done };
  },
};
