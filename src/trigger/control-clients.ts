import { keepControlClient, type ControlClient, type StartControl } from './control-client.ts';
import { off, type Trigger, type TriggerState, type Watched } from './trigger.ts';

/** Hints when a tmux server tells of sessions that come, go or change their names: one client a living server. */
export function controlClientsTrigger(start: StartControl, endOrphans: () => void): Trigger {
  const clients = new Map<string, ControlClient>();
  let open: ((socket: string) => ControlClient) | null = null;

  const follow = async ({ servers }: Pick<Watched, 'servers'>): Promise<void> => {
    if (open === null) return;
    // A server that was started anew is another one: its client did not outlive the old one.
    const wanted = new Map(servers.map(({ socket, pid }) => [`${pid} ${socket}`, socket]));
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
    state: () => stateOf([...clients.values()].map((client) => client.state())),
  };
}

function stateOf(states: readonly TriggerState[]): TriggerState {
  if (states.length === 0) return off('no tmux server answers');
  return states.find(({ on }) => !on) ?? { on: true };
}
