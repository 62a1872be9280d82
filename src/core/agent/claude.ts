import { entryId } from '../entry.ts';
import { claudeIdentity } from '../identity/claude.ts';
import { shellQuote } from '../text.ts';
import type { AgentKind } from './agent-kind.ts';
import { cleanupOf } from './claude-cleanup.ts';
import { claudeRootOf, isAtTerminal, liveOf, looksLikeClaude, usualClaudeRoot } from './claude-process.ts';

const dayMs = 86_400_000;

/** Claude Code. */
export const claude: AgentKind = {
  otherWords: ['claude-code', 'claude code', 'claude_code', 'claudecode'],
  idFields: ['own', 'claude'],
  looksLike: looksLikeClaude,
  isRecorded: (process, observation) => liveOf(process, observation) !== null,
  isAtTerminal,
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
  whyMissing: (entry, { observation, lastLook, now }) => {
    const { createdAt } = entry;
    const look = 'known' in observation.claude ? observation.claude.known : { roots: [] };
    const { cleanupDays: days } = cleanupOf(lastLook.entries[entryId(entry)]?.agent?.root ?? null, look);
    if (createdAt === null) return `likely purged after ${days} days, or moved`;
    return now - createdAt >= days * dayMs ? `likely purged after ${days} days` : 'likely never written, or moved';
  },
  resumeCommand: (id, { path }, { claude: seen, home }) => {
    const roots = 'known' in seen ? seen.known.roots : [];
    const root = roots.find((one) => path.startsWith(`${one.path}/`))?.path ?? usualClaudeRoot(home);
    // Claude looks for it in one folder only.
    const where = root === usualClaudeRoot(home) ? '' : `CLAUDE_CONFIG_DIR=${shellQuote(root)} `;
    return `${where}claude --resume ${shellQuote(id)}`;
  },
};
