import { join } from 'node:path';
import type { Settings } from '../../config/settings.ts';
import { reporterIn } from '../../core/model/report.ts';
import { readReport, reportsFolder } from '../../observe/reports/reports.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { namesOrNone } from '../../system/if-readable.ts';
import { isAlive } from '../../system/process-identity.ts';

/** So many files are looked at; more are a flood, whatever they hold. */
const atMost = 2_000;

/** Counts what agents report of themselves, and what stands there and is no report; nothing without a folder. */
export function checkReports({ stateDir }: Pick<Settings, 'stateDir'>): readonly Finding[] {
  const folder = join(stateDir, reportsFolder);
  const found = namesOrNone(folder).filter((name) => reporterIn(name) !== null);
  if (found.length === 0) return [];
  const kinds = found.slice(0, atMost).map((name) => readReport(join(folder, name)).kind);
  const refused = kinds.filter((kind) => kind === 'refused').length;
  if (refused > 0 || found.length > atMost) {
    const what = refused > 0 ? `${refused} of ${found.length} files in ${folder} are` : `${found.length} files are`;
    const why = refused > 0 ? 'no reports of yours, and are ignored' : `in ${folder}, more than agents can be`;
    return [bad('reports', `${what} ${why}`, `see what writes there: ls -l ${folder}`)];
  }
  const living = found.filter((name) => isLiving(name)).length;
  const count =
    living === 0 ? 'no running agent reports' : living === 1 ? '1 agent reports' : `${living} agents report`;
  return [good('reports', `${count} in ${folder}`)];
}

/** Decides whether the process of a report lives: the others' reports go with the next pass that writes. */
function isLiving(name: string): boolean {
  const reporter = reporterIn(name);
  return reporter !== null && isAlive(reporter);
}
