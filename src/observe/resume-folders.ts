import { isAbsolute } from 'node:path';
import { idKey } from '../core/model/conversation-id.ts';
import type { Observation } from '../core/model/observation.ts';
import type { Need } from '../core/plan/need.ts';
import { homeExpanded } from '../core/words/home-path.ts';
import { statOrBlind } from '../system/absent-or-blind.ts';

/** Checks the folders of conversations that could be resumed and that no agent in a pane runs. */
export function resumeFolders(
  { resumable }: Pick<Need, 'resumable'>,
  evidence: Observation['evidence'],
  home: string,
): Observation['folders'] {
  const known = [...evidence.values()].flatMap((seen) => ('known' in seen ? [seen.known] : []));
  const holders = known.flatMap((one) => [...one.holders.values()].flat());
  const running = new Set(holders.flatMap(({ id, isInPanes }) => (isInPanes ? [idKey(id)] : [])));
  const named = resumable.flatMap(({ ids, cwd }) =>
    cwd === null || ids.some((id) => running.has(idKey(id))) ? [] : [homeExpanded(cwd, home)],
  );
  const ends = known.flatMap((one) => [...one.ends.values()]).flatMap(({ cwd }) => cwd ?? []);
  return new Map([...new Set([...named, ...ends])].flatMap((path) => folderAt(path)));
}

function folderAt(path: string): readonly (readonly [string, boolean])[] {
  try {
    return isAbsolute(path) ? [[path, statOrBlind(path)?.isDirectory() === true]] : [];
  } catch {
    return [];
  }
}
