import { clean, shellQuote } from '../core/words/text.ts';
import { BoardError, UsageError } from '../errors.ts';
import { checkSkill } from './doctor/check-skill.ts';
import { readHermesConfig } from './hermes-config.ts';
import { lastLine, type HermesCommand } from './hermes-command.ts';
import { hermesHome, type HermesContext } from './hermes-home.ts';
import { createdSchema, profilesIn } from './kanban-answers.ts';
import { jsonBehindBanner } from '../system/json.ts';

/** No profile has this name, so Hermes' dispatcher leaves the card to `asm monitor`. It is the skill's name too. */
const ourName = 'agent-sessions-monitor';

export interface DispatchRequest {
  /** A profile of Hermes works the card with the skill, or `asm monitor` works it without a model. */
  readonly worker: 'model' | 'self';
  /** `null`: the worker's usual one. */
  readonly assignee: string | null;
  /** Hermes' slug of the board; `null`: the current one. */
  readonly slug: string | null;
  readonly maxRuntimeMs: number | null;
}

export interface DispatchContext extends HermesContext {
  /** Returns `hermes kanban …` on that board; `null`: on the current one. */
  readonly hermes: (slug: string | null) => HermesCommand;
}

/** Returns the command line that makes the card. */
export function dispatchCommand({ settings }: HermesContext, request: DispatchRequest): string {
  const { slug } = request;
  const board = slug === null ? [] : ['--board', slug];
  return [settings.hermes.command, 'kanban', ...board, ...createWords(request)].map(shellQuote).join(' ');
}

/**
 * Makes the card that runs the monitor.
 * @returns its id, and what to do next in lines
 * @throws UsageError for an assignee that would not work it; BoardError where Hermes makes no card
 */
export async function dispatchCard(
  context: DispatchContext,
  request: DispatchRequest,
): Promise<{ readonly card: string; readonly next: readonly string[] }> {
  const { slug, worker } = request;
  await assertRightAssignee(context, request);
  if (worker === 'model') await assertSkill(context, assigneeOf(request));
  const { stdout, stderr } = await context.hermes(slug).run(createWords(request), context.signal);
  const card = createdSchema.safeParse(jsonBehindBanner(stdout)).data?.id;
  if (card === undefined) {
    const said = stdout.trim();
    // A later Hermes may have made one, and say so in another form.
    const message =
      said === ''
        ? `Hermes made no card: ${lastLine(stderr) || 'it said nothing'}`
        : `Hermes did not say which card it made: ${lastLine(said)}`;
    throw new BoardError(message, {
      where: dispatchCommand(context, request),
      cure: 'see whether it is there: hermes kanban list',
    });
  }
  const start =
    worker === 'self'
      ? `work it with: ${monitorCommand(card, request)}`
      : 'a tick of the dispatcher starts its worker: hermes kanban dispatch, or hermes gateway start';
  const board = slug === null ? '' : ` --board ${shellQuote(slug)}`;
  return { card, next: [start, `stop it with: hermes kanban${board} comment ${card} 'stop monitoring'`] };
}

function assigneeOf({ assignee, worker }: DispatchRequest): string {
  return assignee ?? (worker === 'self' ? ourName : 'default');
}

/** The card's title. It says to the worker and to later judges that watching on is no failure. */
const cardTitle = 'monitor my sessions';
export const cardBody =
  'Watch my agent sessions with the skill agent-sessions-monitor: repair the registry, report drift on this card.\n\n' +
  'DONE only when the user wrote "stop monitoring" on this card. Still watching is not done and not a failure: continue.';

function createWords(request: DispatchRequest): readonly string[] {
  const isGoal = request.worker === 'model';
  return [
    'create',
    cardTitle,
    '--assignee',
    assigneeOf(request),
    ...(isGoal ? ['--goal', '--goal-max-turns', '100', '--skill', ourName, '--max-retries', '1'] : []),
    ...runtimeWords(request, ''),
    '--body',
    cardBody,
    '--json',
  ];
}

/** Returns the words for the longest run time: Hermes counts seconds, and this program's flag wants a unit. */
function runtimeWords({ maxRuntimeMs }: DispatchRequest, unit: 's' | ''): readonly string[] {
  return maxRuntimeMs === null ? [] : ['--max-runtime', `${Math.ceil(maxRuntimeMs / 1_000)}${unit}`];
}

function monitorCommand(card: string, request: DispatchRequest): string {
  const board = request.slug === null ? [] : ['--hermes-board', request.slug];
  const words = ['asm', 'monitor', '--board', 'hermes', '--card', card, ...board, ...runtimeWords(request, 's')];
  return words.map(shellQuote).join(' ');
}

/**
 * Refuses an assignee that would not work the card: Hermes starts no worker for an unknown profile, and a profile's own
 * worker would meet `asm monitor` on the same card.
 */
async function assertRightAssignee({ hermes, signal }: DispatchContext, request: DispatchRequest): Promise<void> {
  const assignee = assigneeOf(request);
  const isOurs = request.worker === 'self';
  const profiles = profilesIn((await hermes(null).run(['assignees', '--json'], signal)).stdout);
  if (profiles === null || profiles.includes(assignee) !== isOurs) return;
  if (isOurs)
    throw new UsageError(`${clean(assignee)} is a profile of Hermes: its dispatcher would start a worker of its own`, {
      where: '--assignee',
      cure: 'leave --assignee out, or name no profile',
    });
  throw new UsageError(`Hermes has no profile ${clean(assignee)}: no worker would take the card`, {
    where: '--assignee',
    cure: `it has ${clean(profiles.join(', '))}; make one: asm setup --lean, or hermes profile create`,
  });
}

/** Refuses a profile without the skill: Hermes says nothing on a card whose worker ended for that reason. */
async function assertSkill(context: DispatchContext, profile: string): Promise<void> {
  const home = hermesHome(context, { root: null, profile });
  const config = await readHermesConfig(home);
  if (config === null) return;
  const { ok, message, cure } = await checkSkill({ context, home, config });
  if (!ok) throw new UsageError(message, { where: '--assignee', cure: cure ?? '' });
}
