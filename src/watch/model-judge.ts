import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { Card } from '../board/board.ts';
import type { Settings } from '../config/settings.ts';
import { clean } from '../core/words/text.ts';
import { jsonIn } from '../system/json.ts';

/** How often the model is asked without a reason; ms. */
const askEveryMs = 24 * 60 * 60_000;
const deadlineMs = 30_000;

export interface ModelJudge {
  /**
   * Returns why monitoring is no longer wanted; `null`: go on, also if the model refuses, is silent or makes no sense.
   */
  ask(card: Card, isOwnComment: (body: string, index: number) => boolean, signal: AbortSignal): Promise<string | null>;
}

/** Asks any OpenAI-compatible endpoint: after a person's comment, after a change of the card's text, and once a day. */
export function makeModelJudge(settings: NonNullable<Settings['judge']>, now: () => number): ModelJudge {
  let askedAt = now();
  let occasion: string | null = null;
  return {
    ask: async (card, isOwnComment, signal) => {
      const people = card.comments.filter(
        (comment, index) => index >= card.runFromComment && !isOwnComment(comment.body, index),
      );
      const seen = JSON.stringify([card.title, card.body, people.length]);
      const isNew = occasion !== null && occasion !== seen;
      // Comments from before the start are no reason to ask; the first reading only remembers them.
      occasion = seen;
      if (!isNew && now() - askedAt < askEveryMs) return null;
      askedAt = now();
      return verdictOf(
        await complete(
          settings,
          card,
          people.map(({ body }) => body),
          signal,
        ),
      );
    },
  };
}

const replySchema = z.object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1) });
const verdictSchema = z.object({ wanted: z.boolean(), reason: z.string().default('') });

const order =
  'You judge whether a monitor of coding-agent sessions is still wanted. Answer with JSON only: ' +
  '{"wanted": true or false, "reason": "one short sentence"}. Say false only if the card or a comment clearly says so.';

async function complete(
  { url, model, apiKeyFile }: NonNullable<Settings['judge']>,
  card: Card,
  comments: readonly string[],
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const key = apiKeyFile === null ? null : (await readFile(apiKeyFile, 'utf8')).trim();
    const content = JSON.stringify({ title: card.title, body: card.body, comments: comments.slice(-20) });
    const response = await fetch(`${url.replace(/\/$/, '')}/chat/completions`, {
      method: 'POST',
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
      headers: { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
      body: JSON.stringify({
        model,
        messages: [
          { role: 'system', content: order },
          { role: 'user', content },
        ],
      }),
    });
    const reply = replySchema.safeParse(await response.json());
    return reply.success ? (reply.data.choices[0]?.message.content ?? null) : null;
  } catch {
    return null;
  }
}

function verdictOf(reply: string | null): string | null {
  const json = /\{[\s\S]*\}/.exec(reply ?? '')?.[0];
  if (json === undefined) return null;
  const verdict = verdictSchema.safeParse(jsonIn(json));
  if (!verdict.success || verdict.data.wanted) return null;
  return `the judge says that it is no longer wanted (${clean(verdict.data.reason)})`;
}
