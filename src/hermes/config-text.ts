import { isMap, isScalar } from 'yaml';
import { UsageError } from '../errors.ts';
import { isSound } from '../yaml/edit.ts';
import { parseSource, positionOf, type Source } from '../yaml/source.ts';

/** The comment below a line that had no end, above what `setup` wrote after it. */
export const noEnd = '# (the line above had no end)';

/**
 * Parses the text of a config, to edit it.
 * @param key what is edited in it
 * @throws UsageError if it does not parse, or has a form that cannot be edited safely
 */
export function parsedConfig(path: string, text: string, key: string): Source {
  const source = parseSource(text);
  const [error] = source.doc.errors;
  const isMapping = source.doc.contents === null || isMap(source.doc.contents) || isNull(source.doc.contents);
  if (error === undefined && isMapping) {
    if (isSound(source)) return source;
    throw unsafe(path, key);
  }
  const where = error === undefined ? path : `${path}:${positionOf(source, error.pos[0])}`;
  const reason = error?.code === 'MULTIPLE_DOCS' ? 'it holds more than one document' : error?.message;
  throw new UsageError(`the config of Hermes does not parse: ${reason ?? 'it is no mapping'}`, {
    where,
    cure: 'mend it first; nothing was written',
  });
}

export function unsafe(path: string, key: string): UsageError {
  return new UsageError('the config of Hermes is written in a form that cannot be edited safely', {
    where: path,
    cure: `write it, and ${key} in it, as a block: one key on each line; then run this again`,
  });
}

/** Returns where a document ends: before its mark `...`, if there is one. */
export function documentEnd(text: string): number {
  return /^\.\.\.[ \t]*\r?$/m.exec(text)?.index ?? text.length;
}

/** Returns the offset behind the line that holds this one. */
export function behindLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at === -1 ? text.length : at + 1;
}

function isNull(node: unknown): boolean {
  return isScalar(node) && node.value === null;
}
