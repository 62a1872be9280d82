import { clean } from '../core/words/text.ts';
import { exitCode, UsageError } from '../errors.ts';
import type { CommentAnswer } from './answers/cards.ts';
import { boardOfSlug, cardFlags, namedCard } from './boards.ts';
import type { Operation } from './operation.ts';

export const comment: Operation<CommentAnswer> = {
  name: 'comment',
  summary: "put a person's comment on the card",
  description: 'Its words are joined; put -- before a comment that begins with a dash.',
  argument: { name: 'text', description: 'the comment', required: true, variadic: true },
  flags: cardFlags('where the card is (default: local)', "the card (default: the monitor's)"),
  async *run(context, input) {
    const body = input.words.join(' ').trim();
    if (body === '') {
      throw new UsageError('the comment is empty', {
        cure: "write it after the command: asm comment 'stop monitoring'",
      });
    }
    const { board, card } = namedCard(input, context, boardOfSlug(input));
    await context.board(board).comment(card, body, context.signal);
    yield { json: { card, body }, text: `commented on card ${clean(card)}`, exit: exitCode.done };
  },
};
