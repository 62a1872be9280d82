import { hostname } from 'node:os';
import { UsageError } from '../errors.ts';
import type { Context, PageRequest, ServedPage } from '../operations/context.ts';
import { watcherOf } from '../watch/one-monitor.ts';
import type { WatchWorld } from '../watch/watch-world.ts';
import { AddressFiles, type Other } from './address-file.ts';
import { openInBrowser } from './open-in-browser.ts';
import { ownLooks } from './own-looks.ts';
import { startPage } from './start-page.ts';

/**
 * Serves the page of a process that does nothing else, or finds the page that another process serves: there is one page
 * for each registry and place, so that its address is one.
 * @throws UsageError
 */
export async function openPage(context: Context, world: WatchWorld, { port }: PageRequest): Promise<ServedPage> {
  const { stateDir, ports, boardOfCard, card } = world;
  const files = new AddressFiles(stateDir, ports.place);
  const { other } = files;
  if (other !== null) return othersPage(other, files, port, context);
  const watcher = () => watcherOf({ dir: stateDir, place: ports.place, host: hostname() });
  return startPage({
    context,
    files,
    port: port ?? context.settings.page.port,
    looks: ownLooks({ context, watcher, stateDir }),
    cardOf: (watching) => {
      const id = watching?.card ?? card;
      return { board: { name: boardOfCard(id), slug: null }, id };
    },
  });
}

function othersPage(
  { pid, port, url }: Other,
  files: AddressFiles,
  named: number | null,
  { env }: Context,
): ServedPage {
  if (named !== null && named !== 0 && named !== port) {
    throw new UsageError(`process ${pid} serves the page already, on port ${port}`, {
      cure: 'leave --port out to be told its address, or end that process first',
    });
  }
  return {
    url,
    port,
    isOthers: true,
    open: () => openInBrowser(files.opener, env, process.platform),
    close: () => Promise.resolve(),
  };
}
