import { dirname, join } from 'node:path';
import { idKey } from '../../core/model/conversation-id.ts';
import { isId } from '../../core/model/conversation-id.ts';
import type { CodingAgent } from '../agent.ts';
import { makeCodexReader } from './codex-reader.ts';
import { usualFolders } from './rollouts.ts';
import { codexRootOf, launchOf, looksLikeCodex, rootVariable } from './codex-process.ts';

/** Codex CLI. */
export const codex: CodingAgent = {
  facts: {
    name: 'codex',
    title: 'Codex',
    otherWords: ['codex-cli', 'codex cli'],
    idPaths: [['agent_identities', 'codex', 'session_id']],
    setting: { key: 'root', variable: rootVariable, usual: '~/.codex' },
  },
  recognise: looksLikeCodex,
  launch: (process) => ({ ...launchOf(process), root: codexRootOf(process) }),
  isId,
  makeReader: ({ folders: [root = ''], home }) => makeCodexReader({ root, home }),
  texts: async () => (await import('./codex-texts.ts')).codexTexts,
  // A lock comes and goes with each conversation; a rollout comes with its first prompt.
  watched: ({ folders, artifacts, holders }) => {
    const roots = folders.flatMap(({ path, exists }) => (exists ? [path] : []));
    const pending = [...holders.values()].flat().filter(({ id }) => artifacts?.get(idKey(id)) === null);
    return [
      ...roots.map((root) => join(root, 'thread-writer-locks')),
      ...roots.flatMap((root) => pending.flatMap(({ id }) => usualFolders(root, id))),
      ...[...(artifacts?.values() ?? [])].flatMap((file) => (file === null ? [] : [dirname(file.path)])),
    ];
  },
};
