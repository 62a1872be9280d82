import { AudienceError } from '../../errors.ts';
import { checkHermes } from '../../hermes/doctor/check-hermes.ts';
import { checkService } from '../../hermes/doctor/check-service.ts';
import type { NamedHermes } from '../../hermes/hermes-home.ts';
import { checkBroker } from '../../mqtt/check-broker.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { readText } from '../../system/if-readable.ts';
import type { Context, PassReport } from '../context.ts';
import { checkCgroup } from './check-cgroup.ts';
import { checkFolders } from './check-folders.ts';
import { checkHooks } from './check-hooks.ts';
import { checkJobs } from './check-jobs.ts';
import { checkLock } from './check-lock.ts';
import { checkMachineId } from './check-machine-id.ts';
import { checkMonitor } from './check-monitor.ts';
import { checkNotifiers } from './check-notifiers.ts';
import { checkPlace } from './check-place.ts';
import { checkReports } from './check-reports.ts';
import { checkSources } from './check-sources.ts';
import { checkNode, checkTmux } from './check-programs.ts';
import { checkTriggers } from './check-triggers.ts';
import { statusLineFinding } from './tmux-status-line.ts';
import { counted } from '../../core/words/counted.ts';

/** Makes every check, and lists the findings in the order in which a run depends on them. Writes nothing. */
export async function examine(context: Context, hermes: NamedHermes): Promise<readonly Finding[]> {
  const [tmux, looked, folders, jobs, broker, monitor, service, worker] = await Promise.all([
    checkTmux(context),
    look(context),
    checkFolders(context),
    checkJobs(context),
    checkBroker(context.settings, context.signal),
    checkMonitor(context),
    checkService(context),
    checkHermes(context, hermes),
  ]);
  const [lock, triggers] = [await checkLock(context), await checkTriggers(context, looked.report)];
  context.signal.throwIfAborted();
  return [
    checkNode(process.versions.node),
    tmux,
    ...checkSources(looked.report, context.settings),
    ...checkPlace(looked.report, context.unreachableServers()),
    ...checkCgroup(looked.report, (pid) => readText(`/proc/${pid}/cgroup`)),
    ...(await checkMachineId(context, looked.report)),
    looked.finding,
    lock,
    ...folders,
    jobs,
    broker,
    ...monitor,
    ...checkNotifiers(context),
    ...triggers,
    ...checkReports(context.settings),
    ...checkHooks(context),
    statusLineFinding(context.registryStateDir),
    ...service,
    ...worker,
  ];
}

/** Asks the registry by the same pass that a run makes. */
async function look(context: Context): Promise<{ finding: Finding; report: PassReport | null }> {
  const { path } = context.settings.registry;
  try {
    const report = await context.pass({ mode: 'dry-run' });
    const count = report.registry.entries.length;
    const message =
      report.registry.hash === null
        ? `no registry at ${path} yet: the first run starts one`
        : `registry ${path}: ${counted(count, 'entry', 'entries')}`;
    return { finding: good('registry', message), report };
  } catch (error) {
    if (!(error instanceof AudienceError)) throw error;
    const where = error.where === null ? '' : ` (${error.where})`;
    return { finding: bad('registry', `${error.message}${where}`, error.cure), report: null };
  }
}
