import { join } from 'node:path';
import { idKey } from '../../core/model/conversation-id.ts';
import { bareLock, noEvidence } from '../../core/model/evidence.ts';
import type { AgentEvidence, Artifacts, ConversationEnd, Holder } from '../../core/model/evidence.ts';
import { groupBy } from '../../core/model/group-by.ts';
import { anyConversation, makeFileReads } from '../../system/file-reads.ts';
import type { AgentAsk } from '../agent.ts';
import { looksLikeCodex } from './codex-process.ts';
import { resumeCommand, resumeCommands, type Home } from './resume.ts';
import { RolloutReader } from './rollout-text.ts';
import { Rollouts } from './rollouts.ts';
import { activityByTitle } from './title.ts';
import { heldConversations, type HeldConversation } from './writer-locks.ts';

/** Reads one folder of Codex. It takes no lock, opens no database, and reads no rollout whole. */
export class CodexFolder {
  private readonly home: Home;
  private readonly rollouts: Rollouts;
  private readonly texts = new RolloutReader();

  constructor(home: Home) {
    this.home = home;
    this.rollouts = new Rollouts(home.root);
  }

  get bytesRead(): number {
    return this.texts.bytesRead;
  }

  read(ask: AgentAsk): AgentEvidence {
    const { home, texts } = this;
    const files = makeFileReads();
    const exists = files.stat(home.root, anyConversation) !== null;
    const locked = heldConversations(home.root, ask.processes, files);
    const artifacts = this.rollouts.find([...ask.ids, ...locked.map(({ id }) => id)], files);
    const held = locked.filter(({ id }) => !isOfSubagent(id, artifacts, texts));
    return {
      ...noEvidence,
      folders: [{ path: home.root, exists, keepsRecords: false, cleanup: null }],
      hasFolderPerProcess: true,
      holders: groupBy(
        held.map((one) => holderOf(one, home)),
        ({ pid }) => pid,
      ),
      artifacts,
      resume: resumeCommands(artifacts, home),
      ends: endsOf(ask, held, artifacts, texts),
      activity: activityOf(ask),
      unreadable: files.unreadable(),
      unprovable: unprovable(home.root),
      outlives: outlives(held),
    };
  }
}

/** Decides whether a conversation is a sub-agent's: the process that runs its parent holds its lock too. */
function isOfSubagent(id: string, artifacts: Artifacts, texts: RolloutReader): boolean {
  const artifact = artifacts.get(idKey(id)) ?? null;
  return artifact !== null && texts.read(artifact.path)?.isOfSubagent === true;
}

function holderOf({ id, path, pid, isInPanes, isDaemon }: HeldConversation, home: Home): Holder {
  // The daemon keeps a conversation after the pane has gone; `resume` then shows it again (0.171.0).
  const background = isDaemon ? { beganWith: null, attach: resumeCommand(id, home) } : null;
  return { ...bareLock, pid, id, path, isInPanes, isInteractive: !isDaemon, background };
}

/** Returns where conversations go on that no process writes now. */
function endsOf(
  { resumable }: AgentAsk,
  held: readonly HeldConversation[],
  artifacts: Artifacts,
  texts: RolloutReader,
): ReadonlyMap<string, ConversationEnd> {
  const running = new Set(held.map(({ id }) => idKey(id)));
  return new Map(
    [...new Set(resumable.map(idKey))].flatMap((id): (readonly [string, ConversationEnd])[] => {
      const artifact = artifacts.get(id) ?? null;
      const text = running.has(id) || artifact === null ? null : texts.read(artifact.path);
      return text === null ? [] : [[id, { cwd: text.cwd, continuedIn: null }]];
    }),
  );
}

function activityOf({ processes, titleOf }: AgentAsk): AgentEvidence['activity'] {
  return new Map(
    processes.filter(looksLikeCodex).flatMap((one) => {
      const title = titleOf(one.pid);
      const activity = title === null ? null : activityByTitle(title, one.cwd);
      return activity === null ? [] : [[one.pid, activity] as const];
    }),
  );
}

function outlives(held: readonly HeldConversation[]): string | null {
  const daemon = held.find(({ isDaemon }) => isDaemon);
  if (daemon === undefined) return null;
  return `Its turn may go on in Codex' daemon (pid ${daemon.pid}); codex agents shows what runs there.`;
}

function unprovable(root: string): string {
  return (
    'it holds no lock: a daemon of Codex may hold the locks of all terminals, and does not say which one shows what. ' +
    `To have ids proven, set daemon_auto_start = false below [features] in ${join(root, 'config.toml')}`
  );
}
