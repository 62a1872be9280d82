import { fileOf } from '../agent/conversation-file.ts';
import { isId } from '../model/conversation-id.ts';
import type { Process } from '../model/observation.ts';
import type { Identity } from '../model/view.ts';
import { againstRecorded, notProven, outranked } from './not-proven.ts';
import type { Subject } from './subject.ts';

/**
 * It holds the lock of one conversation, or it was started with its id. What `last_conversations.json` says was said by
 * an agy at its exit: of a living one it proves nothing.
 */
export function agyIdentity(subject: Subject, agent: Process): Identity {
  const { agy } = subject.input.observation;
  if ('blind' in agy) return notProven(`Antigravity's files: ${agy.blind}`);
  const { presence } = agy.known;
  const has = (id: string): boolean => fileOf(id, agy.known).kind === 'there';

  const locked = [...presence].filter(([, holders]) => holders.includes(agent.pid));
  const [lock] = locked;
  if (locked.length > 1) {
    const candidates = locked.map(([id]) => id).toSorted();
    return { kind: 'ambiguous', candidates, said: `it holds the locks of ${locked.length} conversations` };
  }
  if (lock !== undefined) {
    const [id, holders] = lock;
    // What the agent started may have inherited the lock's open file.
    const own = new Set([agent, ...(subject.tree?.descendants ?? [])].map(({ pid }) => pid));
    if (holders.some((pid) => !own.has(pid))) {
      return { kind: 'ambiguous', candidates: [id], said: 'its conversation is locked by another process too' };
    }
    return { kind: 'proven', id, proof: 'record', artifact: has(id), said: `it holds the lock presence/${id}.lock` };
  }
  const launched = launchId(agent.argv);
  // With an id that it does not know, agy begins another conversation.
  if (launched === null || !has(launched)) return notProven('no conversation is provably its own');
  const said = 'it was started with that id';
  return (
    outranked(subject, agent, launched) ??
    againstRecorded(subject, launched, said) ?? {
      kind: 'proven',
      id: launched,
      proof: 'arguments',
      artifact: true,
      said,
    }
  );
}

function launchId(argv: readonly string[]): string | null {
  for (const [index, word] of argv.entries()) {
    const value = /^--conversation=(.+)$/.exec(word)?.[1] ?? (word === '--conversation' ? argv[index + 1] : undefined);
    if (value !== undefined && isId(value)) return value;
  }
  return null;
}
