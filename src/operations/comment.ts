import { clean } from '../core/words/text.ts';
import { exitCode, UsageError } from '../errors.ts';
import type { CommentAnswer } from './answers/cards.ts';
import { cardFlags, meantCard } from './boards.ts';
import type { Context } from './context.ts';
import { isOn, type Operation } from './operation.ts';

export const comment: Operation<CommentAnswer> = {
  name: 'comment',
  summary: "put a person's comment on the card",
  description: 'Its words are joined; put -- before a comment that begins with a dash.',
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
    await context.board(board).comment(card, body, context.signal);
    yield { json: { card, body }, text: `commented on card ${clean(card)}`, exit: exitCode.done };
  },
};

/** @throws UsageError if no monitor watches this registry */
async function watchedCard(context: Pick<Context, 'watchedCard'>) {
  const watched = await context.watchedCard();
  if (watched !== null) return watched;
  throw new UsageError('no monitor watches this registry on this host', {
    where: '--watched',
    cure: 'name the card with --card, or start a monitor: asm monitor',
  });
}
