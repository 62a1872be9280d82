import { shellQuote } from '../core/text.ts';
import { BoardError, exitCode } from '../errors.ts';
import { cardBody, cardTitle } from '../hermes/card-body.ts';
import { choiceOf, isOn, numberOf, textOf, type Input, type Operation } from './operation.ts';

/** No profile has this name: Hermes' dispatcher leaves the card to us. */
const nobody = 'agent-sessions-monitor';

export const dispatch: Operation = {
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
    const slug = textOf(input, 'hermes-board');
    const words = createWords(input);
    const command = [context.settings.hermes.command, 'kanban', ...(slug === null ? [] : ['--board', slug]), ...words];
    const line = command.map(shellQuote).join(' ');
    if (isOn(input, 'print')) {
      yield { json: { card: null, command: line }, text: line, exit: exitCode.done };
      return;
    }
    await context.assertNobodyWatches();
    const { stdout, stderr } = await context.hermes(slug).run(words, context.signal);
    const card = idOf(stdout);
    if (card === null) {
      throw new BoardError(`Hermes made no card: ${stderr.split('\n').at(-1) ?? ''}`, {
        where: line,
        cure: 'try it by hand: hermes kanban list',
      });
    }
    const board = slug === null ? '' : ` --hermes-board ${shellQuote(slug)}`;
    const next =
      choiceOf(input, 'worker', ['model', 'self']) === 'self'
        ? `work it with: asm monitor --board hermes --card ${card}${board}`
        : 'a tick of the dispatcher starts its worker: hermes kanban dispatch, or hermes gateway start';
    const stop = `stop it with: hermes kanban comment ${card} 'stop monitoring'`;
    yield { json: { card, command: line }, text: [card, next, stop].join('\n'), exit: exitCode.done };
  },
};

function createWords(input: Input): readonly string[] {
  const isOurs = choiceOf(input, 'worker', ['model', 'self']) === 'self';
  const runtime = numberOf(input, 'max-runtime');
  const seconds = runtime === null ? [] : ['--max-runtime', String(Math.ceil(runtime / 1_000))];
  const assignee = textOf(input, 'assignee') ?? (isOurs ? nobody : 'default');
  const goal = isOurs ? [] : ['--goal', '--goal-max-turns', '100', '--skill', nobody, '--max-retries', '1'];
  return ['create', cardTitle, '--assignee', assignee, ...goal, ...seconds, '--body', cardBody, '--json'];
}

function idOf(stdout: string): string | null {
  try {
    const value: unknown = JSON.parse(stdout);
    return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
      ? value.id
      : null;
  } catch {
    return null;
  }
}
