import type { UsageError } from '../../errors.ts';
import { unknownName } from '../../system/unknown-name.ts';
import type { PassReport } from '../context.ts';
import { unregistered } from './status-hints.ts';

/** The error for a session that has no entry. */
export function unknownSession(name: string, report: Pick<PassReport, 'registry' | 'document'>): UsageError {
  const runs = unregistered(report).includes(name);
  const names = report.registry.entries.map(({ session }) => session);
  return runs
    ? unknownName('session', name, [], 'it runs, and is not in the registry yet: `asm reconcile` registers it')
    : unknownName('session', name, names, '`asm status` shows the sessions there are');
}
