import { setTimeout as pause } from 'node:timers/promises';
import { treeCpuMs } from '../../../bench/measure.ts';
import type { ManyAgents } from './many-agents.ts';

/** The page: there is none, no browser shows it, or one does. */
type Page = 'without' | 'unread' | 'read';

/** A new monitor has settled after so long; ms. */
const settleMs = 10_000;

/**
 * Measures what the monitor, and all that it starts, costs with its own interval while nothing changes.
 * @returns the share of a core; %
 */
export async function costs(
  fleet: ManyAgents,
  seconds: number,
  pages: readonly Page[],
): Promise<Readonly<Partial<Record<Page, number>>>> {
  const shares: Partial<Record<Page, number>> = {};
  for (const page of pages) {
    await fleet.unwatch('SIGTERM');
    const { pid } = await fleet.watch(page === 'without' ? [] : ['--page']);
    if (page === 'unread') fleet.closePage();
    await pause(settleMs);
    const [before, began] = [treeCpuMs(pid), performance.now()];
    await pause(seconds * 1_000);
    shares[page] = ((treeCpuMs(pid) - before) / (performance.now() - began)) * 100;
  }
  return shares;
}
