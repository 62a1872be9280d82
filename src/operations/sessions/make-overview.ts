import { otherNames } from '../../core/place/other-names.ts';
import type { Context, PassReport } from '../context.ts';
import { isLost, lostSessions } from '../resume/lost-sessions.ts';
import { waysBack } from '../resume/way-back.ts';
import { isAbsent } from '../text/registry.ts';
import type { Overview } from './overview.ts';
import { sessionsIn, type SessionSeen } from './session-rows.ts';
import { unregistered } from './unknown-session.ts';
import { withStateSince } from './with-state-since.ts';

type Ports = Pick<Context, 'stateHistory' | 'log' | 'now'>;

/** Returns what a monitor says that watches this registry, or what a pass of one's own sees. It writes nothing. */
export async function overview(context: Ports & Pick<Context, 'pass' | 'askMonitor'>): Promise<Overview> {
  return (await context.askMonitor()) ?? ownOverview(context);
}

export async function ownOverview(context: Ports & Pick<Context, 'pass'>): Promise<Overview> {
  return overviewOf(await context.pass({ mode: 'dry-run' }), context);
}

/** Returns the overview of a pass. */
export async function overviewOf(report: PassReport, ports: Ports): Promise<Overview> {
  const { observation, exit, document, registry, watched, changes } = report;
  const sessions = await withStateSince(sessionsIn(report, null), ports.stateHistory(), observation.at);
  return {
    at: observation.at,
    exit,
    registry: { path: document.registry.path, isAbsent: isAbsent({ registry }) },
    sessions: sessions.map((one) => ({ row: one.row, isLost: isLost(one) })),
    unregistered: unregistered(report),
    otherNames: otherNames(report.input),
    lost: await lostNames(sessions, report, ports),
    blind: document.blind,
    watched,
    hearsDeaths: false,
    changes,
  };
}

async function lostNames(
  sessions: readonly SessionSeen[],
  report: PassReport,
  { log, now }: Ports,
): Promise<readonly string[]> {
  if (!sessions.some(isLost)) return [];
  const lost = waysBack(lostSessions(sessions, await log().read(), report, now()), report);
  return lost.flatMap(({ session, resume }) => (resume.kind === 'line' ? [session] : []));
}
