import type { Board, Card, CardComment } from '../board/board.ts';
import { clean } from '../core/words/text.ts';
import { exitCode } from '../errors.ts';
import { isoMillis } from '../core/words/time.ts';
import type { CardAnswer } from './answers/cards.ts';
import { Debounce } from '../watch/debounce.ts';
import { cardFlags, meantCard } from './boards.ts';
import { isOn, type Operation } from './operation.ts';
import { painter, type Paint } from './text/paint.ts';

export const card: Operation<CardAnswer> = {
  name: 'card',
  summary: 'show the card with its comments',
  flags: [
    ...cardFlags('where the card is (default: local)', "the card (default: the monitor's)"),
    { name: 'follow', description: 'stay, and show comments as they are made' },
  ],
  async *run(context, input) {
    const { board: which, card: id } = await meantCard(input, context);
    const board = context.board(which);
    const paint = painter(context.output.color);
    let shown = await board.show(id, context.signal);
    yield { json: cardDocument(shown), text: cardText(shown, paint), exit: exitCode.done };
    if (!isOn(input, 'follow')) return;
    for await (const now of changes(board, id, context.signal)) {
      const fresh = now.comments.slice(shown.comments.length).map((one) => commentText(one, paint));
      if (now.status !== shown.status) fresh.push(paint('dim', cardLine(now)));
      shown = now;
      if (fresh.length > 0) yield { json: cardDocument(now), text: fresh.join('\n'), exit: exitCode.done };
    }
  },
};

/**
 * Returns the card as Hermes' own `show --json` does (times are whole seconds since 1970), with the reason of a block
 * and the run.
 */
export function cardDocument(card: Card): CardAnswer {
  return {
    task: {
      id: card.id,
      title: card.title,
      status: card.status,
      block_reason: card.blockReason,
      // A paused run goes on at the next start, and no process holds it.
      run:
        card.run === null || card.run.pid === null
          ? null
          : { started_at: seconds(card.run.startedAt), pid: card.run.pid },
    },
    comments: card.comments.map(({ id, author, body, createdAt }) => ({
      id,
      author,
      body,
      created_at: seconds(createdAt),
    })),
    events: card.events.map(({ kind, createdAt }) => ({ kind, created_at: seconds(createdAt) })),
  };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

export function commentText({ author, body, createdAt }: CardComment, paint: Paint): string {
  const head = paint('dim', `${isoMillis(createdAt).slice(0, 19)}Z ${clean(author)}`);
  return [head, ...body.split('\n').map((line) => `  ${clean(line)}`)].join('\n');
}

function cardText(card: Card, paint: Paint): string {
  const comments = card.comments.map((one) => commentText(one, paint));
  return [`${paint('bold', clean(card.title))} (${clean(card.id)})`, cardLine(card), ...comments].join('\n');
}

function cardLine({ status, blockReason, run }: Card): string {
  const why = blockReason === null ? '' : `: ${clean(blockReason)}`;
  const who =
    run === null || run.pid === null ? '' : `, watched by process ${run.pid} since ${isoMillis(run.startedAt)}`;
  return `${clean(status)}${why}${who}`;
}

/** Yields the card each time it may have changed; ends on abort. @throws BoardError */
async function* changes(board: Pick<Board, 'watch' | 'show'>, id: string, signal: AbortSignal): AsyncIterable<Card> {
  const debounce = new Debounce();
  const ended = new AbortController();
  const watching = board.watch(id, debounce.hint, signal).finally(() => ended.abort());
  // A failure is thrown once it is waited for.
  watching.catch(() => undefined);
  for (;;) {
    await debounce.rest(Infinity, AbortSignal.any([signal, ended.signal]));
    if (signal.aborted) return;
    if (ended.signal.aborted) return watching;
    debounce.begin();
    yield await board.show(id, signal);
    debounce.end(1);
  }
}
