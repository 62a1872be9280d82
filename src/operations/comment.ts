import type { Card } from '../board/board.ts';
import { shellCommand } from '../core/words/shell-command.ts';
import { clean } from '../core/words/text.ts';
import { exitCode, UsageError } from '../errors.ts';
import type { CommentAnswer } from './answers/cards.ts';
import { cardFlags, meantCard } from './boards.ts';
import type { Context } from './context.ts';
import { isOn, type Operation } from './operation.ts';

export const comment: Operation<CommentAnswer> = {
  name: 'comment',
  summary: "put a person's comment on the card",
  description:
    'Its words are joined; put -- before a comment that begins with a dash. On a local card that is stopped, done or paused a line on stderr says that no monitor reads it now.',
  argument: { name: 'text', description: 'the comment', required: true, variadic: true },
  flags: [
    ...cardFlags('where the card is (default: local)', "the card (default: the monitor's)"),
    { name: 'watched', description: 'the card of the monitor that watches now, on whichever board' },
  ],
  async *run(context, input) {
    const body = input.words.join(' ').trim();
    if (body === '') {
      throw new UsageError('the comment is empty', {
        cure: "write it after the command: asm comment 'stop monitoring'",
      });
    }
    const { board, card } = isOn(input, 'watched') ? await watchedCard(context) : await meantCard(input, context);
    const to = context.board(board);
    // Only where that costs nothing: a look at a card of Hermes takes longer than the comment.
    const before = to.traits.readEveryMs === 0 ? await to.show(card, context.signal) : null;
    await to.comment(card, body, context.signal);
    const why = before === null ? null : whyUnread(before);
    if (why !== null) context.output.log('info', unreadText({ card, board: to.name, why }, context));
    yield { json: { card, body }, text: `commented on card ${clean(card)}`, exit: exitCode.done };
  },
};

/** Returns why no monitor reads what is written on the card now, as the card itself says; `null`: it does not say so. */
function whyUnread({ status, blockReason, run }: Card): string | null {
  if (status === 'done') return 'is done';
  if (status === 'blocked') return `is blocked${blockReason === null ? '' : ` (${clean(blockReason)})`}`;
  return run?.pid === null ? 'is paused' : null;
}

function unreadText(
  { card, board, why }: { readonly card: string; readonly board: string; readonly why: string },
  { settings, defaultCard }: Pick<Context, 'settings' | 'defaultCard'>,
): string {
  const words = card === defaultCard() ? [] : ['--card', card];
  const start = shellCommand(settings.registry, 'monitor', '--board', board, ...words);
  return `card ${clean(card)} ${why}: no monitor reads the comment now. The next monitor of that card reads it: ${start}`;
}

/** @throws UsageError if no monitor watches this registry */
async function watchedCard(context: Pick<Context, 'watcher'>) {
  const watched = await context.watcher();
  if (watched !== null) return watched;
  throw new UsageError('no monitor watches this registry on this host', {
    where: '--watched',
    cure: 'name the card with --card, or start a monitor: asm monitor',
  });
}
