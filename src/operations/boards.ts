import type { BoardKind, BoardName, Dispatched, Environment } from '../board/board.ts';
import { localBoards } from '../board/local-board.ts';
import type { Settings } from '../config/settings.ts';
import type { Context } from './context.ts';
import { UsageError } from '../errors.ts';
import { hermesBoards } from '../hermes/hermes-board.ts';
import { choiceOf, textOf, type Flag, type Input } from './operation.ts';

/** Every board, in the order of `--board`; the first is the usual one. A board is added by its file and its name here. */
export const boards: readonly BoardKind<Settings>[] = [localBoards, hermesBoards];

const names = boards.map(({ name }) => name);
const slugFlags = boards.flatMap(({ slugFlag }) => (slugFlag === null ? [] : [slugFlag]));
const whenDispatched = boards.flatMap(({ name, cardVariable }) =>
  cardVariable === null ? [] : [`${name} if ${cardVariable} is set`],
);

/**
 * Returns the flags that name a card.
 * @param board the meaning and the default of `--board`
 */
export function cardFlags(board: string, card: string): readonly Flag[] {
  return [
    { name: 'board', description: board, value: { kind: 'choice', choices: names } },
    { name: 'card', description: card, value: { kind: 'text', placeholder: 'id' } },
    ...slugFlags.map((flag): Flag => ({ ...flag, value: { kind: 'text', placeholder: 'slug' } })),
  ];
}

/** The default of `--board`, in words, if the board that started this process comes first. */
export const dispatchedFirst = [...whenDispatched, `else ${names[0] ?? ''}`].join(', ');

/** How long a tool's call waits on each board, in words: `50, on a card of Hermes 240`; s. */
export const usualWaits = boards
  .map(({ traits }, index) => `${index === 0 ? '' : `on a card of ${traits.title} `}${traits.waitSeconds}`)
  .join(', ');

/** Returns the card that a board started this process for; `null`: none did. */
export function dispatchedIn(env: Environment): Dispatched | null {
  return boards.flatMap((kind) => kind.dispatched(env) ?? [])[0] ?? null;
}

/**
 * Finds the card that the command line names.
 * @param usual the default of `--board` where no slug implies a board; absent: the first board
 * @throws UsageError if that board has no usual card, or the slug is not that board's
 */
export function namedCard(
  input: Input,
  { env, defaultCard }: Pick<Context, 'env' | 'defaultCard'>,
  usual?: string,
): { readonly board: BoardName; readonly card: string } {
  const kind = kindOf(namedBoard(input) ?? usual ?? names[0] ?? '');
  const slug = slugOf(input, kind);
  const dispatched = kind.dispatched(env);
  const card = textOf(input, 'card') ?? (kind.cardVariable === null ? defaultCard() : (dispatched?.card ?? null));
  if (card !== null) return { board: { name: kind.name, slug }, card };
  throw new UsageError(`no card of ${kind.traits.title} was named`, {
    where: '--card',
    cure: `name it with --card, or set ${kind.cardVariable ?? ''}`,
  });
}

/**
 * Finds the card that a person means: the one that the command line names, else that of the monitor which watches on the
 * usual board, else the registry's own.
 * @throws UsageError if the named board has no usual card
 */
export async function meantCard(
  input: Input,
  context: Pick<Context, 'env' | 'defaultCard' | 'watcher'>,
): Promise<{ readonly board: BoardName; readonly card: string }> {
  const isNamed = namedBoard(input) !== null || textOf(input, 'card') !== null;
  const watched = isNamed ? null : await context.watcher();
  return watched !== null && watched.board.name === names[0] ? watched : namedCard(input, context);
}

/**
 * Returns the board that the command line names: by its own name, or by its slug.
 * @throws UsageError if the slug is another board's
 */
function namedBoard(input: Input): string | null {
  const named = choiceOf(input, 'board', names);
  const { name, slugFlag } = boards.find((kind) => slugOf(input, kind) !== null) ?? { name: null, slugFlag: null };
  if (named === null || name === null || named === name) return named ?? name;
  const where = `--${slugFlag?.name ?? ''}`;
  throw new UsageError(`${where} and --board ${named} exclude each other`, {
    where,
    cure: `leave one out: the slug names a board of ${kindOf(name).traits.title}`,
  });
}

function slugOf(input: Input, { slugFlag }: Pick<BoardKind<Settings>, 'slugFlag'>): string | null {
  return slugFlag === null ? null : textOf(input, slugFlag.name);
}

/** Returns the board of a card that is named without its board: the registry's own card is on the usual one. */
export function boardOfCard(card: string, defaultCard: string, dispatched: Dispatched | null): string {
  const [usual] = names;
  if (card === defaultCard) return usual ?? '';
  return dispatched?.board ?? boards.find(({ cardVariable }) => cardVariable !== null)?.name ?? usual ?? '';
}

export function kindOf(name: string): BoardKind<Settings> {
  const kind = boards.find((each) => each.name === name);
  if (kind === undefined) throw new Error(`there is no board ${name}`);
  return kind;
}
