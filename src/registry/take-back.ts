import { clean } from '../core/text.ts';
import { applySplices } from '../yaml/splice.ts';
import { parseSource, type Source } from '../yaml/source.ts';
import { entryId } from '../core/entry.ts';
import { sessionsOf } from './layout.ts';
import { placesById, textOf, type UndoItem } from './prepare.ts';
import { hashOf } from './read-entries.ts';
import { textHash } from './hash.ts';
import type { RegistryFile } from './registry-file.ts';

type TakenBack = Awaited<ReturnType<RegistryFile['takeBack']>>;

/** The text with one repair taken back, entry by entry, if each stands as the repair wrote it. */
export function takeBackText(source: Source, undo: unknown): TakenBack {
  const items = Array.isArray(undo) ? (undo as UndoItem[]) : [];
  const sessions = sessionsOf(source);
  const places = placesById(source, sessions);
  const splices = [];
  for (const item of items) {
    const place = places.get(entryId(item))?.place;
    if (place === undefined) return refused(`the entry of ${clean(item.session)} is not there any more`);
    if (textOf(source, place) !== item.after) return refused(`the entry of ${clean(item.session)} was changed since`);
    if (item.before !== null) {
      splices.push({ start: place.start, end: place.end, text: item.before });
      continue;
    }
    const lineStart = source.text.lastIndexOf('\n', place.start - 1) + 1;
    // The whole lines of the entry, with the line break before them.
    const start = source.text[lineStart - 2] === '\r' ? lineStart - 2 : lineStart - 1;
    splices.push({ start: Math.max(0, start), end: place.end, text: '' });
  }
  if (splices.length === 0) return refused('it wrote nothing that can be taken back');
  const next = parseSource(applySplices(source.text, splices));
  const error = next.doc.errors[0];
  if (error !== undefined) return refused(`the file would not be readable any more (${clean(error.message)})`);
  const after = placesById(next, sessionsOf(next));
  const entryHashes = Object.fromEntries(
    items.flatMap((item) => {
      const place = after.get(entryId(item))?.place;
      return place === undefined ? [] : [[entryId(item), hashOf(textOf(next, place))] as const];
    }),
  );
  return {
    kind: 'prepared',
    prepared: { text: next.text, hash: textHash(next.text), refused: [], entryHashes, undo: [] },
  };
}

function refused(reason: string): TakenBack {
  return { kind: 'refused', reason };
}
