import { existsSync } from 'node:fs';
import { noEvidence } from '../../core/model/evidence.ts';
import type { CodingAgent } from '../agent.ts';
import { isOpencodeId, launchOf, looksLikeOpencode } from './opencode-process.ts';
import { resumeCommands } from './resume.ts';

/**
 * opencode. It keeps every conversation in one SQLite database, which is never opened: a reader of such a database
 * touches it. Only the arguments of a process say what it runs.
 */
export const opencode: CodingAgent = {
  facts: {
    name: 'opencode',
    title: 'opencode',
    otherWords: ['open-code'],
    idPaths: [['agent_identities', 'opencode', 'session_id']],
    setting: { key: 'root', variable: 'XDG_DATA_HOME', below: 'opencode', usual: '~/.local/share/opencode' },
  },
  recognise: looksLikeOpencode,
  launch: (process) => ({ ...launchOf(process), root: null }),
  isId: isOpencodeId,
  makeReader: ({ folders: [path = ''] }) => {
    return async ({ ids }) => {
      const known = {
        ...noEvidence,
        folders: [{ path, exists: existsSync(path), keepsRecords: false, cleanup: null }],
        artifacts: null,
        resume: resumeCommands(ids),
        unprovable: 'only its arguments can say which conversation it runs: start it with opencode -s and the id',
      };
      return { seen: { known }, bytesRead: 0 };
    };
  },
  watched: () => [],
};
