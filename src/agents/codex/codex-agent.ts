import { dirname, join } from 'node:path';
import type { CodingAgent } from '../agent.ts';
import { makeCodexReader } from './codex-reader.ts';
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
  makeReader: ({ folders: [root = ''], home }) => makeCodexReader({ root, home }),
  // A lock comes and goes with each conversation; a rollout comes with its first prompt.
  watched: ({ folders, artifacts }) => [
    ...folders.flatMap(({ path, exists }) => (exists ? [join(path, 'thread-writer-locks')] : [])),
    ...[...(artifacts ?? new Map()).values()].flatMap((file) => (file === null ? [] : [dirname(file.path)])),
  ],
};
