import { idKey, isSameId } from '../model/conversation-id.ts';
import { entryId } from '../model/entry.ts';
import { claudeIdentity } from '../identity/claude.ts';
import { shellQuote } from '../words/text.ts';
import { fileStem } from './conversation-file.ts';
import type { AgentKind } from './agent-kind.ts';
import { launchOf } from './claude-launch.ts';
import { claudeCommand, claudeRunning } from './claude-running.ts';
import { cleanupOf } from './claude-cleanup.ts';
import { claudeRootOf, isAtTerminal, liveOf, looksLikeClaude } from './claude-process.ts';

const dayMs = 86_400_000;

/** Claude Code. */
export const claude: AgentKind = {
  otherWords: ['claude-code', 'claude code', 'claude_code', 'claudecode'],
  idFields: ['own', 'claude'],
  looksLike: looksLikeClaude,
  isRecorded: (process, observation) => liveOf(process, observation) !== null,
  isAtTerminal,
  runs: (process, id, observation) => {
    const running = liveOf(process, observation)?.sessionId ?? launchOf(process).id;
    return running !== null && isSameId(running, id);
  },
  identity: claudeIdentity,
  rootOf: claudeRootOf,
  filesIn: ({ claude: seen }) => {
    if ('blind' in seen) return seen;
    const { roots, artifacts, unreadable } = seen.known;
    return { known: { folders: roots, artifacts, unreadable } };
  },
  setting: 'claude.roots',
  wasLookedAt: ({ agentProcess, memory }, { folders }) => {
    const root = agentProcess === null ? (memory?.agent?.root ?? null) : claudeRootOf(agentProcess);
    return folders.some(({ path, exists }) => exists && (root === null || path === root));
  },
  whyMissing: (entry, { observation, formerMemory, now }) => {
    const { createdAt } = entry;
    const look = 'known' in observation.claude ? observation.claude.known : { roots: [] };
    const { cleanupDays: days } = cleanupOf(formerMemory.entries[entryId(entry)]?.agent?.root ?? null, look);
    if (createdAt === null) return `likely purged after ${days} days, or moved`;
    return now - createdAt >= days * dayMs ? `likely purged after ${days} days` : 'likely never written, or moved';
  },
  running: claudeRunning,
  endOf: (id, { claude: seen }) => ('known' in seen ? (seen.known.ends.get(idKey(id)) ?? null) : null),
  // By the name of its file: Claude finds an id only in that spelling.
  resumeCommand: ({ path }, observation) =>
    claudeCommand(`claude --resume ${shellQuote(fileStem(path))}`, path, observation),
};
