import { profilesIn } from '../hermes/profiles.ts';
import { clean, shellQuote } from '../core/words/text.ts';
import { BoardError, exitCode, UsageError } from '../errors.ts';
import { cardBody, cardTitle } from '../hermes/card-body.ts';
import { hermesHome, readHermesConfig } from '../hermes/hermes-home.ts';
import type { Context } from './context.ts';
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
    await assertRightAssignee(context, input);
    if (!isOurs(input)) await assertSkill(context, assigneeOf(input));
    const { stdout, stderr } = await context.hermes(slug).run(words, context.signal);
    const card = idOf(stdout);
    if (card === null) {
      throw new BoardError(`Hermes made no card: ${clean(stderr.split('\n').at(-1) ?? '')}`, {
        where: line,
        cure: 'try it by hand: hermes kanban list',
      });
    }
    const next = isOurs(input)
      ? `work it with: ${monitorCommand(card, input)}`
      : 'a tick of the dispatcher starts its worker: hermes kanban dispatch, or hermes gateway start';
    const board = slug === null ? '' : ` --board ${shellQuote(slug)}`;
    const stop = `stop it with: hermes kanban${board} comment ${card} 'stop monitoring'`;
    yield { json: { card, command: line }, text: [card, next, stop].join('\n'), exit: exitCode.done };
  },
};

function isOurs(input: Input): boolean {
  return choiceOf(input, 'worker', ['model', 'self']) === 'self';
}

function assigneeOf(input: Input): string {
  return textOf(input, 'assignee') ?? (isOurs(input) ? nobody : 'default');
}

function createWords(input: Input): readonly string[] {
  const goal = isOurs(input) ? [] : ['--goal', '--goal-max-turns', '100', '--skill', nobody, '--max-retries', '1'];
  return [
    'create',
    cardTitle,
    '--assignee',
    assigneeOf(input),
    ...goal,
    ...runtimeWords(input, ''),
    '--body',
    cardBody,
    '--json',
  ];
}

/** Hermes counts seconds; ours want a unit. */
function runtimeWords(input: Input, unit: 's' | ''): readonly string[] {
  const runtime = numberOf(input, 'max-runtime');
  return runtime === null ? [] : ['--max-runtime', `${Math.ceil(runtime / 1_000)}${unit}`];
}

function monitorCommand(card: string, input: Input): string {
  const slug = textOf(input, 'hermes-board');
  const board = slug === null ? [] : ['--hermes-board', slug];
  const words = ['asm', 'monitor', '--board', 'hermes', '--card', card, ...board, ...runtimeWords(input, 's')];
  return words.map(shellQuote).join(' ');
}

/** Nobody would ever spawn the card of an unknown profile; a profile's own worker would meet ours on one card. */
async function assertRightAssignee({ hermes, signal }: Context, input: Input): Promise<void> {
  const assignee = assigneeOf(input);
  const profiles = profilesIn((await hermes(null).run(['assignees', '--json'], signal)).stdout);
  if (profiles === null || profiles.includes(assignee) !== isOurs(input)) return;
  if (isOurs(input))
    throw new UsageError(`${clean(assignee)} is a profile of Hermes: its dispatcher would start a worker of its own`, {
      where: '--assignee',
      cure: 'leave --assignee out, or name no profile',
    });
  throw new UsageError(`Hermes has no profile ${clean(assignee)}: nobody would work the card`, {
    where: '--assignee',
    cure: `it has ${clean(profiles.join(', '))}; make one: asm setup --lean, or hermes profile create`,
  });
}

/** Hermes says nothing on a card whose worker ended for want of it. */
async function assertSkill(context: Context, profile: string): Promise<void> {
  const home = hermesHome(context, { root: null, profile });
  const config = await readHermesConfig(home);
  if (config === null) return;
  const { checkSkill } = await import('../hermes/doctor/check-skill.ts');
  const { ok, message, cure } = await checkSkill({ context, home, config });
  if (!ok) throw new UsageError(message, { where: '--assignee', cure: cure ?? '' });
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
