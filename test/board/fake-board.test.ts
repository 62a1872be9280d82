import { boardContract } from '../contract/board.ts';
import { FakeBoard } from './fake-board.ts';

boardContract('the board of the tests', async () => {
  const board = new FakeBoard();
  let cards = 0;
  let card = '';
  return {
    board,
    comment: (body) => board.comment(card, body),
    card: () => {
      card = `card-${(cards += 1)}`;
      board.create(card);
      return Promise.resolve(card);
    },
    close: () => Promise.resolve(),
  };
});
