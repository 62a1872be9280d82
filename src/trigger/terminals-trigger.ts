import { closeSync, openSync, watch } from 'node:fs';
import { makePaneTerminals, terminalsHeldBy, type PaneTerminals } from './pane-terminals.ts';
import { sharesNamespace } from '../system/proc-files.ts';
import { watchFailure } from '../system/watch-failure.ts';
import { off, type MakeTrigger, type Trigger, type TriggerState, type Watched } from './trigger.ts';

/** How long the kernel may take to tell of the terminal that the self-test makes; ms. */
const testMs = 1_000;

/** Hints at the birth and death of every pane, on Linux: devpts is the kernel's own. */
export const terminalsTrigger: MakeTrigger = ({ platform }) => (platform === 'linux' ? watchTerminals() : null);

/**
 * Hints at the birth and death of every pane: the kernel keeps one name for each terminal in this folder. It costs
 * nothing while panes only write, and touches nothing of tmux. (Linux; devpts.)
 */
export function watchTerminals(folder = '/dev/pts', multiplexer = '/dev/ptmx'): Trigger {
  let state: TriggerState = off('it is not started');
  let watched: Watched | null = null;
  let stranger: number | null = null;
  /** The terminals that came or went before the self-test was over. */
  const early = new Set<string>();
  /** `null`: the kernel does not say which process holds a terminal, so each terminal may belong to a pane. */
  let panes: PaneTerminals | null = null;

  return {
    name: folder,
    hearsDeaths: true,
    start: async (hint, signal) => {
      if (signal.aborted) return;
      let heard: () => void = () => undefined;
      try {
        const watcher = watch(folder, (kind, name) => {
          heard();
          if (kind !== 'rename' || name === null) return;
          if (!state.on) early.add(name);
          else if (panes === null) hint();
          else panes.changed(name);
        });
        watcher.on('error', (error) => {
          state = off(watchFailure(error));
          watcher.close();
        });
        signal.addEventListener('abort', () => watcher.close(), { once: true });
      } catch (error) {
        state = off(watchFailure(error));
        return;
      }
      const event = new Promise<void>((resolve) => (heard = resolve));
      const tried = await selfTest(multiplexer, event, signal);
      state = tried.state;
      panes = tried.tellsWhose ? makePaneTerminals(folder, hint, signal) : null;
      if (watched !== null) panes?.follow(watched);
      // A pane that ended after the first pass had its list, and before this, is in no terminal any more.
      const hasMissed = [...early].some((name) => !tried.own.includes(name));
      early.clear();
      if (state.on && hasMissed) hint();
    },
    follow: (now) => {
      watched = now;
      panes?.follow(now);
      // In a container of its own a server makes its terminals in another folder.
      stranger = now.servers.find((pid) => !sharesNamespace('mnt', pid)) ?? null;
    },
    state: () => (state.on && stranger !== null ? off(`tmux server ${stranger} has a ${folder} of its own`) : state),
  };
}

/** Makes a terminal, closes it, and checks that the watch hears of it. */
async function selfTest(
  multiplexer: string,
  event: Promise<void>,
  signal: AbortSignal,
): Promise<{ readonly state: TriggerState; readonly tellsWhose: boolean; readonly own: readonly string[] }> {
  let own: readonly string[] = [];
  try {
    const terminal = openSync(multiplexer, 'r+');
    own = terminalsHeldBy('self');
    closeSync(terminal);
  } catch (error) {
    const because = `no terminal can be made to try it: ${multiplexer}: ${watchFailure(error)}`;
    return { state: off(because), tellsWhose: false, own };
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<TriggerState>((resolve) => {
    const nothing = off('nothing was heard of a terminal that was made to try it');
    // On a busy machine the time may be over before this process was let run at all: it reads the kernel's words first.
    timer = setTimeout(() => setImmediate(resolve, nothing), testMs);
    signal.addEventListener('abort', () => resolve(off('it was ended')), { once: true });
  });
  const state = await Promise.race([event.then((): TriggerState => ({ on: true })), late]);
  clearTimeout(timer);
  return { state, tellsWhose: own.length > 0, own };
}
