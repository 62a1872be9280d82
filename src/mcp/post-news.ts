import { clean } from '../core/words/text.ts';
import { tellCard, type CardReader } from '../tell/card.ts';
import { shellCommand } from '../core/words/shell-command.ts';
import { answer } from './answer.ts';

/** Puts what is new on the card, and says of the `wanted` drifts what became of them. @throws BoardError */
export async function postNews(reader: CardReader, wanted: readonly string[], signal: AbortSignal): Promise<string> {
  const { log, card, registry } = reader;
  const { heldUntil, posted, drifts } = await tellCard(reader, signal);
  const { found } = await log.ledger();
  const isTold = (id: string): boolean => found.get(id)?.told.some((telling) => telling.card === card) === true;
  const said = wanted.filter((id) => isTold(id) && !drifts.includes(id));
  const unknown = wanted.filter((id) => !found.has(id));
  const lines = [
    ...(posted === null ? [] : [`posted: ${clean(posted)}`]),
    ...(heldUntil === null ? [] : ['a death is held back for a few seconds: its killer may still write it down']),
    ...(said.length === 0 ? [] : [`said before: ${clean(said.join(', '))}`]),
    ...(unknown.length === 0 ? [] : [`no such drift: ${clean(unknown.join(', '))}`]),
  ];
  return answer(lines.length === 0 ? ['no drift'] : lines, shellCommand(registry, 'card', '--card', card));
}
