import { parse } from 'node:path';
import {
  noEvidence,
  type AgentEvidence,
  type Conversation,
  type Holder,
  type Worth,
} from '../../core/model/evidence.ts';
import { shellQuote } from '../../core/words/text.ts';
import { activityOf } from './activity.ts';
import { rootVariable, usualClaudeRoot } from './claude-process.ts';
import type { ClaudeLive, ClaudeObservation, ClaudeRoot, Transcript } from './observation.ts';
import { keepsRecord, worthOfRecord } from './versions.ts';

interface Seeing {
  /** When the files were read; ms since 1970. */
  readonly at: number;
  /** The home of the shell in which a command will be run. */
  readonly home: string;
}

/** Makes the common evidence of Claude's own files. */
export function claudeEvidence(observed: ClaudeObservation, { at, home }: Seeing): AgentEvidence {
  const records = [...observed.live.values(), ...observed.foreign.values()];
  const command = (words: string, path: string): string => inItsRoot(words, path, observed.roots, home);
  return {
    ...noEvidence,
    folders: observed.roots.map(folderOf),
    hasFolderPerProcess: true,
    holders: new Map(records.map((one) => [one.pid, [holderOf(one, observed, command)]])),
    artifacts: observed.artifacts,
    // The id is that of the file's name: Claude finds an id only in that spelling.
    resume: new Map(
      [...observed.artifacts].flatMap(([id, file]) =>
        file === null ? [] : [[id, command(`claude --resume ${shellQuote(parse(file.path).name)}`, file.path)]],
      ),
    ),
    conversations: new Map([...observed.transcripts].map(([cwd, each]) => [cwd, each.map(conversationOf)])),
    ends: observed.ends,
    activity: new Map(records.map((one) => [one.pid, activityOf(one, at)])),
    unreadable: observed.unreadable,
  };
}

function folderOf({ path, exists, keepsRecords, cleanupDays: days, cleanupSetBy }: ClaudeRoot) {
  return { path, exists, keepsRecords, cleanup: { days, setting: 'cleanupPeriodDays', setBy: cleanupSetBy ?? null } };
}

type Command = (words: string, path: string) => string;

/** Adds the variable of Claude's folder if Claude would look into another one: it looks into one only. */
function inItsRoot(words: string, path: string, roots: readonly ClaudeRoot[], home: string): string {
  const usual = usualClaudeRoot(home);
  const root = roots.find((one) => path.startsWith(`${one.path}/`))?.path ?? usual;
  return root === usual ? words : `${rootVariable}=${shellQuote(root)} ${words}`;
}

function holderOf(record: ClaudeLive, { live }: ClaudeObservation, command: Command): Holder {
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
            attach: jobId === null ? null : command(`claude attach ${shellQuote(jobId)}`, path),
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
