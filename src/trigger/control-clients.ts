import { clean } from '../core/text.ts';
import { keepControlClient, type ControlClient, type StartControl } from './control-client.ts';
import { off, type Trigger, type TriggerState, type Watched } from './trigger.ts';

/**
 * Hints when a tmux server tells of sessions that come, go or change their names: one client a living server. A server
 * that such a client could crash gets none.
 */
export function controlClientsTrigger(start: StartControl, endOrphans: () => void): Trigger {
  const clients = new Map<string, ControlClient>();
  let endangered: string | null = null;
  let open: ((socket: string) => ControlClient) | null = null;

  const follow = async ({ servers }: Pick<Watched, 'servers'>): Promise<void> => {
    if (open === null) return;
    // A server that was started anew is another one: its client did not outlive the old one.
    const safe = servers.filter(({ version }) => isSafe(version));
    const wanted = new Map(safe.map(({ socket, pid }) => [`${pid} ${socket}`, socket]));
    endangered = servers.find(({ version }) => !isSafe(version))?.version ?? null;
    for (const [key, client] of clients) {
      if (wanted.has(key)) continue;
      client.close();
      clients.delete(key);
    }
    for (const [key, socket] of wanted) if (!clients.has(key)) clients.set(key, open(socket));
    await Promise.all([...clients.values()].map(({ answered }) => answered));
  };

  return {
    name: 'tmux control client',
    hearsDeaths: true,
    start: (hint, signal) => {
      if (signal.aborted) return;
      endOrphans();
      open = (socket) => keepControlClient(socket, start, hint);
      signal.addEventListener(
        'abort',
        () => {
          open = null;
          for (const client of clients.values()) client.close();
          clients.clear();
        },
        { once: true },
      );
    },
    follow,
    state: () => {
      const states = [...clients.values()].map((client) => client.state());
      return stateOf(endangered === null ? states : [...states, off(crashes(endangered))]);
    },
  };
}

function stateOf(states: readonly TriggerState[]): TriggerState {
  if (states.length === 0) return off('no tmux server answers');
  return states.find(({ on }) => !on) ?? { on: true };
}

/**
 * A server before 3.7 dies, with every session, when a session comes, goes or is renamed while a control client is on
 * its way in (seen on 3.3a; tmux/tmux#4980, #5243). A version that is no release's may be of any time.
 */
function isSafe(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 7);
}

function crashes(version: string): string {
  return `tmux ${clean(version)} can crash while such a client comes in; 3.7 does not`;
}
