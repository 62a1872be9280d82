import { hostname } from 'node:os';
import { UsageError } from '../errors.ts';
import type { Context, PageRequest, ServedPage } from '../operations/context.ts';
import { watcherOf } from '../watch/one-monitor.ts';
import type { WatchWorld } from '../watch/watch-world.ts';
import { AddressFiles } from './address-file.ts';
import { ownLooks } from './own-looks.ts';
import { startPage } from './start-page.ts';

/**
 * Serves the page of a process that does nothing else, or finds the page that another process serves.
 * @throws UsageError
 */
export async function openPage(context: Context, world: WatchWorld, { port, ssh }: PageRequest): Promise<ServedPage> {
  const { stateDir, ports, boardOfCard, card } = world;
  const watcher = () => watcherOf({ dir: stateDir, place: ports.place, host: hostname() });
  const page = await startPage({
    context,
    files: new AddressFiles(stateDir, ports.place),
    port: port ?? context.settings.page.port,
    ssh,
    looks: ownLooks({ context, watcher, stateDir }),
    cardOf: (watching) => {
      const id = watching?.card ?? card;
      return { board: watching?.board ?? { name: boardOfCard(id), slug: null }, id };
    },
  });
  if (page.isOthers && port !== null && port !== 0 && port !== page.port) {
    throw new UsageError(`process ${page.pid} serves the page already, on port ${page.port}`, {
      cure: 'leave --port out to be told its address, or end that process first',
    });
  }
  return page;
}
