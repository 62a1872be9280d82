import { parse } from 'node:path';
import { shellQuote } from '../../core/words/text.ts';
import { rootVariable, usualClaudeRoot } from './claude-process.ts';
import type { ClaudeObservation, ClaudeRoot } from './observation.ts';

/**
 * Returns by id the shell commands that resume conversations. The file's name gives the id: Claude finds an id only in
 * that spelling.
 * @param home the home of the shell in which the command will be run
 */
export function resumeCommands(
  { artifacts, roots }: Pick<ClaudeObservation, 'artifacts' | 'roots'>,
  home: string,
): ReadonlyMap<string, string> {
  return new Map(
    [...artifacts].flatMap(([id, file]) => {
      if (file === null) return [];
      return [[id, inItsRoot(`claude --resume ${shellQuote(parse(file.path).name)}`, file.path, roots, home)]];
    }),
  );
}

/**
 * Returns the shell command that shows a background job.
 * @param record `path` is that of the job's live record
 * @param home the home of the shell in which the command will be run
 */
export function attachCommand(
  { jobId, path }: { readonly jobId: string; readonly path: string },
  roots: readonly ClaudeRoot[],
  home: string,
): string {
  return inItsRoot(`claude attach ${shellQuote(jobId)}`, path, roots, home);
}

/** Adds the variable of Claude's folder if Claude would look into another one: it looks into one only. */
function inItsRoot(words: string, path: string, roots: readonly ClaudeRoot[], home: string): string {
  const usual = usualClaudeRoot(home);
  const root = roots.find((one) => path.startsWith(`${one.path}/`))?.path ?? usual;
  return root === usual ? words : `${rootVariable}=${shellQuote(root)} ${words}`;
}
