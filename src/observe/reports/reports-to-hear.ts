import { join } from 'node:path';
import { reporterIn, type ReportNews } from '../../core/model/report.ts';
import { isAlive } from '../../system/process-identity.ts';
import type { ReportFields } from './report-text.ts';
import { isOfThisPlace, readReport, reportsFolder } from './reports.ts';

/** Returns the reports of agents, as a trigger hears of them. */
export function reportsToHear(stateDir: string) {
  const folder = join(stateDir, reportsFolder);
  return { folder, newsOf: (name: string) => newsOf(folder, name) };
}

/**
 * Returns what a new report tells. What is no report of an agent that lives here and talks with a user tells nothing,
 * so a flood of such files starts no pass.
 */
function newsOf(folder: string, name: string): ReportNews {
  const reporter = reporterIn(name);
  if (reporter === null || !isAlive(reporter)) return 'none';
  const found = readReport(join(folder, name));
  if (found.kind !== 'report' || !isOfThisPlace(found.fields)) return 'none';
  return found.fields.entrypoint?.startsWith('sdk') === true ? 'none' : newsIn(found.fields);
}

/** The kinds of Claude's notifications that ask for its user (2.1.332). */
const waits = new Set(['permission_prompt', 'worker_permission_prompt', 'agent_needs_input']);

function newsIn({ event, reason, notification }: ReportFields): ReportNews {
  switch (event) {
    case 'waiting':
    case 'PermissionRequest':
      return 'waits';
    case 'Notification':
      return notification !== null && waits.has(notification) ? 'waits' : 'turn';
    case 'Stop':
    case 'working':
    case 'idle':
    case 'shell':
      return 'turn';
    case 'SessionEnd':
      // The report of the next conversation follows in its place.
      return reason === 'clear' || reason === 'resume' ? 'quiet' : 'ended';
    case 'end':
      return 'ended';
    default:
      return 'changed';
  }
}
