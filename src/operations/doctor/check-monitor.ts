import { clean } from '../../core/words/text.ts';
import { isoSeconds } from '../../core/words/time.ts';
import { WatchedError } from '../../errors.ts';
import { bad, type Finding } from '../../system/finding.ts';
import { TroubleFile } from '../../system/trouble-file.ts';
import { followersTrouble } from '../../watch/followers.ts';
import { behindConfig } from '../text/behind-config.ts';
import type { Context } from '../context.ts';

type MonitorContext = Pick<Context, 'assertNotWatched' | 'watcher' | 'registryStateDir' | 'now' | 'settings'>;

/**
 * Says what the monitor that watches now cannot do beside its passes: keep the state history, write the status line. It
 * says too if the config was changed since that monitor read it. A monitor that was killed leaves its trouble behind,
 * which then says nothing. A lease that may not be read is named too: no monitor starts beside it.
 */
export async function checkMonitor(context: MonitorContext): Promise<readonly Finding[]> {
  const { registryStateDir, now } = context;
  const refusal = await refusalOf(context);
  if (refusal === null) return [];
  // A monitor that is seen to run has no cause; a lease that cannot be read has the system's error.
  if (refusal.cause !== undefined) {
    return [bad('monitor', `${refusal.message}: ${clean(refusal.where ?? '')}`, refusal.cure)];
  }
  const behind = await behindConfig(context);
  return [
    ...(behind === null ? [] : [bad('monitor', behind.message, behind.cure)]),
    ...troubleIn(registryStateDir, now),
  ];
}

function troubleIn(stateDir: string, now: () => number): readonly Finding[] {
  const trouble = new TroubleFile(stateDir, 'monitor', now).read(followersTrouble);
  if (trouble === null) return [];
  const message = `the monitor that runs has trouble since ${isoSeconds(trouble.since)}: ${clean(trouble.reason)}`;
  const cure = `make its files in ${stateDir} writable, or make room on the disk; it then goes on by itself`;
  return [bad('monitor', message, cure)];
}

/** Returns why no other monitor may start now; `null`: one may. */
async function refusalOf({ assertNotWatched }: MonitorContext): Promise<WatchedError | null> {
  try {
    await assertNotWatched();
    return null;
  } catch (error) {
    if (error instanceof WatchedError) return error;
    throw error;
  }
}
