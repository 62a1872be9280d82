import type { Plan } from '../../core/model/plan.ts';
import { driftIdOf } from '../../log/file-log.ts';
import type { Dump } from '../../pass/dump/dump.ts';
import type { PassReport } from '../context.ts';
import { reportOf } from '../pass-report.ts';

/** Returns what a dry run would have said at the time of the dump, and of that plan. */
export function replayReport({ input }: Dump, plan: Plan): PassReport {
  const { registry, observation, ledger, now } = input;
  const standing = plan.drifts.map((drift) => ({ ...drift, id: driftIdOf(registry.path, drift.key, ledger.resolved) }));
  const opened = standing.filter((drift) => drift.edits.length > 0 || !ledger.open.has(drift.id));
  const result = {
    at: now,
    mode: 'dry-run',
    registry,
    leftHash: registry.hash,
    plan,
    input,
    observation,
    standing,
    opened,
    deferred: plan.deferred,
    edits: [...plan.drifts.flatMap((drift) => drift.edits), ...plan.silentEdits],
    written: false,
    started: false,
    notKept: null,
    cost: { spawns: 0, bytesRead: 0, ms: 0 },
  } as const;
  return {
    ...reportOf(result, { opened, resolved: [] }),
    watched: { sockets: [], servers: [], folders: [], registryHash: registry.hash },
    changes: 0,
    started: false,
    commit: () => Promise.resolve(),
  };
}
