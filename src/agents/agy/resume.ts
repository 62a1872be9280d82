import { parse } from 'node:path';
import type { Artifacts } from '../../core/model/evidence.ts';
import { shellQuote } from '../../core/words/text.ts';

/** Returns by id the shell commands that resume conversations. The file's name gives the id in the agent's spelling. */
export function resumeCommands(artifacts: Artifacts): ReadonlyMap<string, string> {
  return new Map(
    [...artifacts].flatMap(([id, file]) =>
      file === null ? [] : [[id, `agy --conversation ${shellQuote(parse(file.path).name)}`]],
    ),
  );
}
