import { readFileSync } from 'node:fs';
import type { PrivateWorld } from './private-world.ts';

interface Saying {
  readonly status: 'busy' | 'waiting' | 'idle';
  readonly id: string;
  /** When it changed; ms since 1970. Default: now. */
  readonly since?: number;
}

/** Writes the record of a Claude in that process, as Claude keeps it. One that waits waits for a permission. */
export function writeClaudeRecord(world: PrivateWorld, pid: number, { status, id, since = Date.now() }: Saying): void {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const procStart = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const own = {
    pid,
    sessionId: id,
    cwd: world.work,
    startedAt: Date.now(),
    procStart,
    kind: 'interactive',
    entrypoint: 'cli',
  };
  const waits = status === 'waiting' ? { waitingFor: 'permission prompt' } : {};
  const record = { ...own, version: '2.1.332', status, ...waits, statusUpdatedAt: since };
  world.file(`home/.claude/sessions/${pid}.json`, JSON.stringify(record));
}
