import { mayBeWorked, type Card } from '../board/board.ts';
import type { Shown } from './kanban-answers.ts';

/**
 * Makes the card. A run counts from the last `created` or `unblocked` on: claims, crashes and reclaims in between
 * change nothing.
 */
export function cardOf({ task, comments, events }: Shown): Card {
  const from = events.findLastIndex(({ kind }) => kind === 'created' || kind === 'unblocked');
  const begun = events.slice(from + 1);
  // The k-th `commented` event is the k-th comment.
  const before = events.slice(0, from + 1).filter(({ kind }) => kind === 'commented').length;
  const claimed = begun.find(({ kind }) => kind === 'claimed');
  // `gave_up` is by Hermes itself, after a time-out or a crash.
  const blocked = begun.findLast(({ kind }) => kind === 'blocked' || kind === 'gave_up')?.payload;
  const reason = blocked?.['reason'] ?? blocked?.['error'];
  const pid = begun.findLast(({ kind }) => kind === 'spawned')?.payload?.['pid'];
  const isWorked = task.status === 'running' || (mayBeWorked(task) && claimed !== undefined);
  const startedAt = (claimed?.created_at ?? task.started_at ?? 0) * 1_000;
  return {
    id: task.id,
    title: task.title ?? '',
    body: task.body ?? '',
    status: task.status,
    blockReason: task.status === 'blocked' && typeof reason === 'string' ? reason : null,
    assignee: task.assignee ?? null,
    run: isWorked ? { startedAt, pid: typeof pid === 'number' ? pid : null } : null,
    comments: comments.map(({ author, body, created_at: createdAt }, index) => ({
      id: `${index}`,
      author: author ?? '',
      body,
      createdAt: createdAt * 1_000,
    })),
    runFromComment: before,
    events: events.map(({ kind, created_at: createdAt }) => ({ kind, createdAt: createdAt * 1_000 })),
  };
}

/**
 * Returns the kind of the next block. Two blocks of one kind in a card's life send it to triage, where it is rewritten,
 * so the kinds take turns.
 */
export function nextBlockKind({ events }: Shown): 'needs_input' | 'capability' {
  const last = events.findLast(({ kind }) => kind === 'blocked' || kind === 'block_loop_detected');
  return last?.payload?.['kind'] === 'needs_input' ? 'capability' : 'needs_input';
}
