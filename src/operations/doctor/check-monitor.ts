import { clean } from '../../core/words/text.ts';
import { isoSeconds } from '../../core/words/time.ts';
import { WatchedError } from '../../errors.ts';
import { bad, type Finding } from '../../system/finding.ts';
import { TroubleFile } from '../../system/trouble-file.ts';
import { followersTrouble } from '../../watch/followers.ts';
import type { Context } from '../context.ts';

type MonitorContext = Pick<Context, 'assertNobodyWatches' | 'registryStateDir' | 'now'>;

/**
 * Says what the monitor that watches now cannot do beside its passes: keep the state history, write the status line. A
 * monitor that was killed leaves its trouble behind, which then says nothing.
 */
export async function checkMonitor(context: MonitorContext): Promise<readonly Finding[]> {
  const { registryStateDir, now } = context;
  const trouble = new TroubleFile(registryStateDir, 'monitor', now).read(followersTrouble);
  if (trouble === null || !(await isWatched(context))) return [];
  const message = `the monitor that runs has trouble since ${isoSeconds(trouble.since)}: ${clean(trouble.reason)}`;
  const cure = `make its files in ${registryStateDir} writable, or make room on the disk; it then goes on by itself`;
  return [bad('monitor', message, cure)];
}

async function isWatched({ assertNobodyWatches }: MonitorContext): Promise<boolean> {
  try {
    await assertNobodyWatches();
    return false;
  } catch (error) {
    if (error instanceof WatchedError) return true;
    throw error;
  }
}
