import { TroubleFile } from '../system/trouble-file.ts';
import type { Follower } from './follower.ts';
import { Followers, followersTrouble } from './followers.ts';
import { StateWriter } from './state-writer.ts';
import { StatusLine } from './status-line.ts';
import type { WatchWorld } from './watch-world.ts';

/**
 * Makes what goes along with every loop that holds the lease: the state history, the status line, and the notifiers.
 * @param intervalMs the longest time between two passes
 * @param others what goes along too
 */
export async function ownFollowers(
  world: Pick<WatchWorld, 'ports' | 'settings' | 'env' | 'stateDir' | 'stateHistory'>,
  intervalMs: number,
  others: readonly Follower[],
): Promise<Follower> {
  const { ports, settings, stateDir, stateHistory: history } = world;
  const { log, now } = ports;
  const { keepMs } = settings.history;
  const { workedMs } = settings.attention;
  const troubles = new TroubleFile(stateDir, 'monitor', now);
  const own = [
    new StateWriter({ history, now, intervalMs, keepMs, log, workedMs }),
    new StatusLine(stateDir, now),
    ...others,
  ];
  const told = await notifiersOf(world);
  return new Followers([new Followers(own, (trouble) => troubles.keep(followersTrouble, trouble)), ...told]);
}

/** Makes a follower of each notifier. What they need is loaded only where one is configured. */
async function notifiersOf(
  world: Pick<WatchWorld, 'ports' | 'settings' | 'env' | 'stateDir'>,
): Promise<readonly Follower[]> {
  if (world.settings.notify.length === 0) return [];
  const { notifyFollowers } = await import('./notify-followers.ts');
  return notifyFollowers(world);
}
