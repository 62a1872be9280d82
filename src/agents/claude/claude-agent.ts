import { dirname, join } from 'node:path';
import { isId } from '../../core/model/conversation-id.ts';
import type { CodingAgent } from '../agent.ts';
import { claudeEvidence } from './claude-evidence.ts';
import { makeClaudeReader } from './claude-files.ts';
import { claudeRootOf, looksLikeClaude, rootVariable } from './claude-process.ts';
import { launchOf } from './launch.ts';
import { encodedFolder } from './project-folder.ts';

/** Claude Code. */
export const claude: CodingAgent = {
  facts: {
    name: 'claude',
    title: 'Claude',
    otherWords: ['claude-code', 'claude code', 'claude_code', 'claudecode'],
    // The conversation that the session created, then its present one.
    idPaths: [['claude_session_id_own'], ['agent_identities', 'claude', 'session_id']],
    setting: { key: 'roots', variable: rootVariable, usual: '~/.claude' },
  },
  recognise: looksLikeClaude,
  launch: (process) => ({ ...launchOf(process), mayBegin: true, root: claudeRootOf(process) }),
  isId,
  makeReader: ({ folders, home }) => {
    const read = makeClaudeReader({ roots: folders });
    return async (ask) => {
      const { seen, bytesRead } = await read(ask);
      return { seen: 'blind' in seen ? seen : { known: claudeEvidence(seen.known, home) }, bytesRead };
    };
  },
  texts: async () => (await import('./claude-texts.ts')).claudeTexts,
  // The folders in which living agents begin conversations, and those of the recorded conversations. A record names its
  // conversation before the first prompt, which makes the file.
  watched: ({ folders, artifacts, conversations, holders }) => {
    const named = [...holders.values()].flat().flatMap(({ cwd, isInPanes }) => (isInPanes ? (cwd ?? []) : []));
    const cwds = [...new Set([...(conversations?.keys() ?? []), ...named])];
    const projects = cwds.map((cwd) => join('projects', encodedFolder(cwd)));
    return [
      ...folders.flatMap(({ path }) => ['sessions', ...projects].map((folder) => join(path, folder))),
      ...[...(artifacts ?? new Map()).values()].flatMap((artifact) =>
        artifact === null ? [] : [dirname(artifact.path)],
      ),
    ];
  },
};
