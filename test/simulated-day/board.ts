import type { Board } from '../../src/board/board.ts';
import { LocalBoard } from '../../src/board/local-board.ts';
import { BoardError } from '../../src/errors.ts';
import { boardWith } from '../board/fake-board.ts';
import type { Outages } from './outages.ts';

/** Notes when the card had a heartbeat, by the clock that is never set; ms. */
export type OnBeat = () => void;

/** The real local board, with outages in front of it. */
export function boardOn(outages: Outages, local: LocalBoard, onBeat: OnBeat): Board {
  const asked = async <Answer>(signal: AbortSignal, work: () => Promise<Answer>): Promise<Answer> => {
    if (outages.board === 'hangs') return brokenOff(signal);
    if (outages.board === 'away' || outages.writeFails) throw away();
    const answer = await work();
    // The board has it, and only the answer is lost.
    if (outages.board === 'mute') throw away();
    return answer;
  };
  return boardWith(local, {
    // All that was found at once has room in one comment, so that a lost line shows.
    traits: { ...local.traits, commentBytes: 1_000_000 },
    // A mute board is still read: else nothing would be given to it.
    show: (card, signal) => (outages.board === 'mute' ? local.show(card) : asked(signal, () => local.show(card))),
    claim: (card, holder) => local.claim(card, holder),
    comment: (card, body, signal) => asked(signal, () => local.comment(card, body)),
    heartbeat: (card, note, signal) =>
      asked(signal, async () => {
        await local.heartbeat(card, note);
        onBeat();
      }),
    pause: (card, signal) => asked(signal, () => local.pause(card)),
    watch: (_card, _hint, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
  });
}

/** A real board has a deadline for each answer; ms. */
const deadlineMs = 20_000;

function brokenOff(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => {
      signal.removeEventListener('abort', end);
      reject(away());
    };
    setTimeout(end, deadlineMs);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}

function away(): BoardError {
  return new BoardError('the board does not answer', { cure: 'wait' });
}
