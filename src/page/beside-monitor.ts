import type { Context } from '../operations/context.ts';
import type { MonitorEnd } from '../watch/end-run.ts';
import type { Triggers } from '../trigger/triggers.ts';
import { Followers } from '../watch/followers.ts';
import type { MonitorRequest } from '../watch/monitor.ts';
import type { WatchWorld } from '../watch/watch-world.ts';
import { AddressFiles } from './address-file.ts';
import { PageFollower } from './page-follower.ts';
import { startPage } from './start-page.ts';

interface Monitored {
  readonly context: Context;
  readonly world: WatchWorld;
  readonly request: MonitorRequest;
}

/**
 * Runs a monitor with the page beside it, which shows what its passes see.
 * @param run runs the monitor in that world
 * @throws UsageError if the port of the settings cannot be had
 */
export async function besideMonitor(
  { context, world, request }: Monitored,
  run: (world: WatchWorld) => Promise<MonitorEnd>,
): Promise<MonitorEnd> {
  const { stateDir, ports } = world;
  const { output, settings, now } = context;
  const { board, card } = request;
  const follower = new PageFollower({ pid: process.pid, since: now(), card });
  const page = await startPage({
    context,
    files: new AddressFiles(stateDir, ports.place),
    port: settings.page.port,
    ssh: null,
    looks: follower,
    cardOf: () => ({ board, id: card }),
  });
  if (page.isOthers) {
    output.log('warn', `process ${page.pid} serves the page already: it shows what this monitor writes`);
    return run(world);
  }
  output.log('info', `the page is on port ${page.port}; \`asm page\` prints its address, \`asm page --open\` opens it`);
  try {
    return await run({
      ...world,
      ports: { ...ports, wantsEveryResume: () => follower.isRead },
      triggers: (others) => withHint(world.triggers(others), follower),
      followers: async (intervalMs) => new Followers([await world.followers(intervalMs), follower]),
    });
  } finally {
    await page.close();
  }
}

function withHint(triggers: Triggers, follower: PageFollower): Triggers {
  const start: Triggers['start'] = (hint, signal) => {
    follower.hintWith(hint);
    triggers.start(hint, signal);
  };
  return { ...triggers, start };
}
