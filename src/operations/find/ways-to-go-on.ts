import { join } from 'node:path';
import type { Agent } from '../../core/model/entry.ts';
import { fileOf } from '../../core/model/conversation-file.ts';
import { groupBy } from '../../core/model/group-by.ts';
import { runningOf } from '../../core/identity/running.ts';
import { evidenceOf } from '../../core/place/agent-processes.ts';
import { processesInPanes } from '../../core/place/pane-tree.ts';
import { resumeOf, type Resume } from '../../core/resume/resume.ts';
import { makeAgentsReader } from '../../observe/observe-agents.ts';
import { reportsFolder } from '../../observe/reports/reports.ts';
import { processReader } from '../../observe/process/process-reader.ts';
import { resumeFolders } from '../../observe/resume-folders.ts';
import type { Context, PassReport } from '../context.ts';
import type { FoundConversation } from './found-texts.ts';

/** How to go on with a conversation that no entry names. */
export interface WayToGoOn {
  readonly conversation: FoundConversation;
  /** A living process runs it. */
  readonly running: boolean;
  /** `null`: the agent keeps no files that say it. */
  readonly resume: Resume | null;
}

/**
 * Finds out how to go on with conversations that no entry names. The pass has read nothing about them, so their agents
 * read once more.
 */
export async function waysToGoOn(
  found: readonly FoundConversation[],
  { observation }: PassReport,
  { settings, signal, home }: Pick<Context, 'settings' | 'signal' | 'home'>,
): Promise<readonly WayToGoOn[]> {
  if (found.length === 0) return [];
  const need = {
    agents: new Map(
      [...groupBy(found, ({ agent }) => agent)].map(([agent, ones]) => [
        agent,
        {
          ids: ones.map(({ id }) => id),
          roots: rootsOf(agent, observation),
          folders: ones.flatMap(({ id, folder }) => (folder === null ? [] : [{ cwd: folder, root: null, ids: [id] }])),
        },
      ]),
    ),
    recordedIds: found.map(({ id }) => id),
    resumable: found.map(({ agent, id, folder }) => ({ agent, ids: [id], cwd: folder })),
  };
  const read = makeAgentsReader({
    folders: settings.agents,
    reports: join(settings.stateDir, reportsFolder),
    home,
    now: () => observation.at,
  });
  const { startOf } = processReader(process.platform, settings.tmux.deadlineMs).look(signal);
  const processes = processesInPanes(observation);
  const look = await read(need, { at: observation.at, processes, titleOf: () => null, startOf });
  const { evidence, agentProcesses } = look;
  const seen = { ...observation, evidence, agentProcesses, folders: resumeFolders(need, evidence, home) };
  return found.map((conversation) => {
    const { agent, id, folder } = conversation;
    const entry = { agent, ids: [{ agent, path: [], value: id }], cwd: folder, pane: null };
    const running = runningOf(id, agent, seen) !== null;
    return { conversation, running, resume: resumeOf(entry, null, seen) ?? withoutFile(id, agent, seen) };
  });
}

/** Says that only a list of prompts still names it: the agent has cleaned it up. */
function withoutFile(id: string, agent: Agent, observation: PassReport['observation']): Resume | null {
  const seen = evidenceOf(agent, observation);
  const isMissing = 'known' in seen && fileOf(id, seen.known).kind === 'missing';
  return isMissing ? { kind: 'sentence', sentence: 'Its file is gone.' } : null;
}

function rootsOf(agent: Agent, observation: PassReport['observation']): readonly string[] {
  const seen = evidenceOf(agent, observation);
  return 'known' in seen ? seen.known.folders.map(({ path }) => path) : [];
}
