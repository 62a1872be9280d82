import type { UsageError } from '../../errors.ts';
import { unknownName } from '../../system/unknown-name.ts';
import type { PassReport } from '../context.ts';

/** Returns the error for a session that has no entry; its cure names the nearest. */
export function unknownSession(name: string, report: Pick<PassReport, 'registry' | 'document'>): UsageError {
  const sessions = report.registry.entries.map(({ session }) => session);
  return unknownAmong(name, { sessions, unregistered: unregistered(report) });
}

/** Does the same from the names alone. */
export function unknownAmong(
  name: string,
  known: { readonly sessions: readonly string[]; readonly unregistered: readonly string[] },
): UsageError {
  return known.unregistered.includes(name)
    ? unknownName('session', name, [], 'it runs, and is not in the registry yet: `asm reconcile` registers it')
    : unknownName('session', name, known.sessions, '`asm status` shows the sessions there are');
}

/** Returns the sessions that a dry run saw and a real pass would register. */
export function unregistered({ document, registry }: Pick<PassReport, 'document' | 'registry'>): readonly string[] {
  const known = new Set(registry.entries.map(({ session }) => session));
  const seen = document.standing.flatMap((drift) =>
    drift.kind === 'session-unregistered' && drift.session != null ? [drift.session] : [],
  );
  return [...new Set([...seen, ...document.deferred.map(({ session }) => session)])].filter((name) => !known.has(name));
}
