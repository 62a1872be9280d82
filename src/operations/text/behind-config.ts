import { clean } from '../../core/words/text.ts';
import { isoSeconds } from '../../core/words/time.ts';
import type { Context } from '../context.ts';

/**
 * Says that the config was changed since the monitor that runs has read it, and what to do; `null`: it was not, or no
 * monitor runs. A monitor with a config in another place is no concern of this one. A shell's `<(…)` has the same path in
 * every process, and says nothing.
 */
export async function behindConfig({
  watcher,
  settings,
}: Pick<Context, 'watcher' | 'settings'>): Promise<{ readonly message: string; readonly cure: string } | null> {
  const watching = await watcher();
  const { path, hash } = settings.configText;
  if (watching?.config?.path !== path || watching.config.hash === hash || /^\/(dev|proc)\//.test(path)) return null;
  return {
    message: `${clean(path)} was changed: the monitor that runs since ${isoSeconds(watching.since)} does not know it`,
    cure: `end process ${watching.pid} and start the monitor again: it goes on with its card`,
  };
}
