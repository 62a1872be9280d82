import { join } from 'node:path';
import { isId } from '../../core/model/conversation-id.ts';
import type { CodingAgent } from '../agent.ts';
import { agyEvidence } from './agy-evidence.ts';
import { makeAgyReader } from './agy-files.ts';
import { launchOf, looksLikeAgy } from './agy-process.ts';

/** Antigravity CLI. */
export const agy: CodingAgent = {
  facts: {
    name: 'agy',
    title: 'Antigravity',
    otherWords: ['antigravity', 'antigravity-cli', 'antigravity cli'],
    idPaths: [['agent_identities', 'agy', 'conversation_id']],
    setting: { key: 'root', variable: null, usual: '~/.gemini/antigravity-cli' },
  },
  recognise: looksLikeAgy,
  launch: launchOf,
  isId,
  makeReader: ({ folders: [root = ''] }) => {
    const read = makeAgyReader({ root });
    return async (ask) => {
      const { seen, bytesRead } = await read(ask);
      return { seen: 'blind' in seen ? seen : { known: agyEvidence(seen.known, ask.processes) }, bytesRead };
    };
  },
  watched: ({ folders }) =>
    folders.flatMap(({ path, exists }) =>
      exists ? ['presence', 'conversations'].map((folder) => join(path, folder)) : [],
    ),
};
