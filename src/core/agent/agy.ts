import { isSameId } from '../model/conversation-id.ts';
import { agyIdentity } from '../identity/agy.ts';
import type { Observation, Process } from '../model/observation.ts';
import { shellQuote } from '../words/text.ts';
import type { AgentKind } from './agent-kind.ts';
import { fileStem } from './conversation-file.ts';
import { runningAs } from './running.ts';

/** Antigravity CLI. */
export const agy: AgentKind = {
  otherWords: ['antigravity', 'antigravity-cli', 'antigravity cli'],
  idFields: ['agy'],
  looksLike: looksLikeAgy,
  isRecorded: () => false,
  isAtTerminal: ({ argv }) => !argv.some((word) => ['-p', '--print'].includes(word)),
  runs: ({ pid }, id, observation) => holdersOf(id, observation).includes(pid),
  identity: agyIdentity,
  rootOf: () => null,
  filesIn: ({ agy: seen }) => {
    if ('blind' in seen) return seen;
    const { root, exists, artifacts, unreadable } = seen.known;
    return { known: { folders: [{ path: root, exists }], artifacts, unreadable } };
  },
  setting: 'agy.root',
  wasLookedAt: (_view, { folders }) => folders.some(({ exists }) => exists),
  whyMissing: () => 'likely moved or deleted',
  running: (id, observation) => {
    const [holder] = holdersOf(id, observation);
    return holder === undefined ? null : runningAs(holder, observation);
  },
  endOf: () => null,
  resumeCommand: ({ path }) => `agy --conversation ${shellQuote(fileStem(path))}`,
};

/** By its own name or its executable's. */
export function looksLikeAgy({ argv, exe }: Pick<Process, 'argv' | 'exe'>): boolean {
  return [argv[0] ?? '', exe ?? ''].some((path) => path.split('/').at(-1) === 'agy');
}

function holdersOf(id: string, { agy: seen }: Observation): readonly number[] {
  if ('blind' in seen) return [];
  return [...seen.known.presence].find(([name]) => isSameId(name, id))?.[1] ?? [];
}
