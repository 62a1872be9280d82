import * as z from 'zod';
import { clean } from '../core/words/text.ts';
import { BoardError } from '../errors.ts';
import { jsonIn } from '../system/json.ts';
import type { CardView } from './card-view.ts';

const commentSchema = z.strictObject({ text: z.string().trim().min(1) });

/**
 * Puts the user's comment on the card, as `asm comment` does.
 * @param body the body of the request
 * @returns why it is refused; `null`: it is on the card
 */
export async function commentOn(
  card: Pick<CardView, 'mayComment' | 'comment'>,
  body: string,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly why: string } | null> {
  if (!card.mayComment) return { status: 403, why: 'the page may not comment: set page.comments in the config' };
  const { data } = commentSchema.safeParse(jsonIn(body));
  if (data === undefined) return { status: 400, why: 'expected { "text": "…" } with some text' };
  try {
    await card.comment(data.text, signal);
    return null;
  } catch (error) {
    if (!(error instanceof BoardError)) throw error;
    return { status: 502, why: clean(`${error.message}: ${error.cure}`) };
  }
}
