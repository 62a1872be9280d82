import {
  noEvidence,
  type AgentEvidence,
  type Conversation,
  type Holder,
  type Worth,
} from '../../core/model/evidence.ts';
import { activityOf } from './activity.ts';
import type { ClaudeLive, ClaudeObservation, ClaudeRoot, Transcript } from './observation.ts';
import { attachCommand, resumeCommands } from './resume.ts';
import { keepsRecord, worthOfRecord } from './versions.ts';

/**
 * Makes the common evidence of Claude's own files.
 * @param home of the shell in which a command will be run
 */
export function claudeEvidence(observed: ClaudeObservation, home: string): AgentEvidence {
  const records = [...observed.live.values(), ...observed.foreign.values()];
  return {
    ...noEvidence,
    folders: observed.roots.map(folderOf),
    hasFolderPerProcess: true,
    holders: new Map(records.map((one) => [one.pid, [holderOf(one, observed, home)]])),
    artifacts: observed.artifacts,
    resume: resumeCommands(observed, home),
    conversations: new Map([...observed.transcripts].map(([cwd, each]) => [cwd, each.map(conversationOf)])),
    ends: observed.ends,
    activity: new Map(records.map((one) => [one.pid, activityOf(one)])),
    unreadable: observed.unreadable,
  };
}

function folderOf({ path, exists, keepsRecords, cleanupDays: days, cleanupSetBy }: ClaudeRoot) {
  return { path, exists, keepsRecords, cleanup: { days, setting: 'cleanupPeriodDays', setBy: cleanupSetBy ?? null } };
}

function holderOf(record: ClaudeLive, { live, roots }: ClaudeObservation, home: string): Holder {
  const { pid, jobId, path } = record;
  return {
    pid,
    start: record.procStart,
    id: record.sessionId,
    by: 'record',
    path,
    worth: worthOf(record),
    version: record.version,
    isInPanes: live.get(pid) === record,
    isInteractive: isInteractive(record),
    cwd: record.cwd,
    pane: record.tmux,
    updatedAt: record.updatedAt,
    movedTo: record.parkedJobId,
    job: jobId,
    background:
      record.kind === 'bg'
        ? {
            // A job has the first 8 characters of the conversation with which it began.
            beganWith: jobId !== null && jobId.length >= 8 ? jobId : null,
            attach: jobId === null ? null : attachCommand({ jobId, path }, roots, home),
          }
        : null,
  };
}

function worthOf({ version }: ClaudeLive): Worth {
  switch (worthOfRecord(version)) {
    case 'true':
      return { kind: 'kept' };
    case 'stale':
      return { kind: 'stale' };
    default:
      return { kind: 'unknown', said: `whether Claude ${version ?? ''} keeps it true after /clear is not known` };
  }
}

/** Decides whether a record is of a Claude at a terminal, not of a headless run or a background session. */
function isInteractive({ kind, entrypoint }: ClaudeLive): boolean {
  return kind !== 'bg' && entrypoint?.startsWith('sdk') !== true;
}

function conversationOf({ id, root, bornAt, mtime, version, ...one }: Transcript): Conversation {
  const isInteractive = !one.isBackground && (one.entrypoint === null || one.entrypoint === 'cli');
  const hasRecordedWriter = keepsRecord(version);
  return { id, root, bornAt, mtime, version, hasRecordedWriter, isInteractive, beginning: one.beginning };
}
