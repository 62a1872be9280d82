import { expect } from 'vitest';
import type { Fleet, Member } from '../fleet.ts';
import type { WrittenEntry } from './registry-text.ts';

/** How a session stands in the registry, where that differs from the truth; `null`: it does not. */
export function differenceOf(member: Member, entry: WrittenEntry | undefined): string | null {
  const { session, agent, id, isUnwanted } = member;
  if (session === null)
    return entry === undefined || entry.status === 'terminated' ? null : `dead, and ${entry.status}`;
  if (isUnwanted) return entry === undefined ? null : 'deleted by its user, and there again';
  if (entry === undefined) return 'alive, and without an entry';
  if (entry.status !== 'running') return `alive, and ${entry.status}`;
  const pid = session.panes[0]?.root.pid;
  // An entry that its user wrote without a pane stays so.
  if (entry.pane != null && entry.pane.pid !== pid) return `in pane ${pid}, and not in ${entry.pane.pid}`;
  // A session that was only ever seen with its shell has lost no agent.
  if (agent === null && entry.claude_session_id_own == null) return null;
  if (agent === null) return entry.last_visible_status === 'agent-exited' ? null : 'left to its shell, and not said so';
  if (entry.last_visible_status === 'agent-exited') return 'with an agent, and said to be without';
  return entry.claude_session_id_own === id ? null : `running ${id}, and not ${entry.claude_session_id_own}`;
}

/** Each change of the truth stands in the registry once it could be seen for so long. */
export function registryIsTrue(
  fleet: Fleet,
  entries: ReadonlyMap<string, WrittenEntry>,
  isDue: (member: Member) => boolean,
): void {
  for (const member of fleet.members.values()) {
    if (!isDue(member)) continue;
    const difference = differenceOf(member, entries.get(member.name));
    if (difference === null) continue;
    expect.fail(`${member.name} is ${difference}: ${JSON.stringify(entries.get(member.name))}`);
  }
}
