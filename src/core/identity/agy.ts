import { fileOf } from '../agent/conversation-file.ts';
import type { Process } from '../observation.ts';
import type { Identity } from '../view.ts';
import { isId } from './claude.ts';
import type { Subject } from './subject.ts';
import { outranked, provenBefore } from './rank.ts';

/** 1: it holds the lock of one conversation; 2: it was started with its id; 3: the folder's last one, written since. */
export function agyIdentity(subject: Subject, agent: Process): Identity {
  const { agy } = subject.input.observation;
  if ('blind' in agy) return { kind: 'not-proven', said: `Antigravity's files: ${agy.blind}` };
  const { presence, lastConversations } = agy.known;
  const has = (id: string) => fileOf(id, agy.known).kind === 'there';

  const tree = new Set([agent, subject.tree?.root, ...(subject.tree?.descendants ?? [])].map((one) => one?.pid));
  const locked = [...presence].filter(([, holders]) => holders.some((pid) => tree.has(pid)));
  const [lock] = locked;
  if (locked.length > 1) {
    const candidates = locked.map(([id]) => id).toSorted();
    return { kind: 'ambiguous', candidates, said: `it holds the locks of ${locked.length} conversations` };
  }
  if (lock !== undefined) {
    const [id, holders] = lock;
    if (holders.some((pid) => !tree.has(pid))) {
      return { kind: 'ambiguous', candidates: [id], said: 'its conversation is locked by another process too' };
    }
    return { kind: 'proven', id, rung: 1, artifact: has(id), said: `it holds the lock presence/${id}.lock` };
  }
  const launched = launchId(agent.argv);
  // With an id that it does not know, agy begins another conversation.
  if (launched !== null && has(launched)) {
    const before = provenBefore(subject, agent, 2);
    if (before !== null && before !== launched) return outranked(before);
    return { kind: 'proven', id: launched, rung: 2, artifact: true, said: 'it was started with that id' };
  }
  const last = agent.cwd === null ? undefined : lastConversations.get(agent.cwd);
  const file = last === undefined ? null : fileOf(last, agy.known);
  if (last === undefined || file?.kind !== 'there' || file.artifact.mtime <= agent.startedAt) {
    return { kind: 'not-proven', said: 'no conversation is provably its own' };
  }
  const before = provenBefore(subject, agent, 3);
  if (before !== null && before !== last) return outranked(before);
  if (subject.claims.sharesFolder(agent, 'agy')) {
    return { kind: 'ambiguous', candidates: [last], said: 'another live agent works in the same folder' };
  }
  if (subject.claims.isRecordedByAnother(last, subject.entry) || presence.has(last))
    return { kind: 'not-proven', said: "the folder's last conversation is somebody else's" };
  return {
    kind: 'proven',
    id: last,
    rung: 3,
    artifact: true,
    said: "the folder's last conversation, written since it started",
  };
}

function launchId(argv: readonly string[]): string | null {
  for (const [index, word] of argv.entries()) {
    const value = /^--conversation=(.+)$/.exec(word)?.[1] ?? (word === '--conversation' ? argv[index + 1] : undefined);
    if (value !== undefined && isId(value)) return value;
  }
  return null;
}
