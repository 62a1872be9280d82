import { isAlive, kill, until } from '../private-world.ts';
import type { ManyAgents } from './many-agents.ts';
import type { Actor, Schedule } from './play.ts';
import type { Plan } from './webhook.ts';

/** The tmux server that dies with all its sessions. */
export const mortalSocket = 'mortal';
/** The monitor has seen a change after so long; ms. */
const seenMs = 15_000;

/**
 * Puts onto the schedule what happens beside the agents: the monitor ends and is started again, a tmux server dies, and
 * the webhook refuses notices. Each happens about as often as `everyMs` says.
 */
export function addHappenings(fleet: ManyAgents, schedule: Schedule, everyMs: number): void {
  const { random } = fleet;
  const rest = (): number => random.between(everyMs * 0.6, everyMs * 1.4);
  schedule.add(endsOfTheMonitor(fleet, rest), everyMs * 1.2);
  schedule.add(deathsOfTheServer(fleet, schedule, rest), 0);
  schedule.add(refusals(fleet, rest), 0);
}

/** Ends the monitor: in order, or by a kill, at any moment or while it tells the webhook. */
function endsOfTheMonitor(fleet: ManyAgents, rest: () => number): Actor {
  const ways: readonly (readonly [number, 'SIGKILL' | 'SIGTERM' | Plan])[] = [
    [2, 'SIGKILL'],
    [1, 'SIGTERM'],
    [1, 'kill before the answer'],
    [1, 'kill after the answer'],
  ];
  let isFirst = true;
  return {
    act: async () => {
      const way = isFirst ? 'SIGKILL' : fleet.random.choice(ways);
      isFirst = false;
      if (fleet.backAt !== null) return 10_000;
      if (way === 'SIGKILL' || way === 'SIGTERM') await fleet.unwatch(way, fleet.random.between(0, 5_000));
      else fleet.webhook.plans.push(way);
      return rest();
    },
  };
}

/** Kills a tmux server, after its sessions were left alone for so long that the monitor has seen each. */
function deathsOfTheServer(fleet: ManyAgents, schedule: Schedule, rest: () => number): Actor {
  const agents = fleet.pretend.filter(({ socket }) => socket === mortalSocket);
  let isReady = false;
  return {
    act: async () => {
      const isWatched = Date.now() - fleet.watchesSince > seenMs;
      if (!isReady || !isWatched || !agents.every((agent) => fleet.hasSeen(agent))) {
        isReady = true;
        schedule.postpone(agents, seenMs + 5_000);
        return seenMs;
      }
      isReady = false;
      const here = agents.filter(({ isHere }) => isHere);
      if (here.length < 2) return seenMs;
      const server = Number(fleet.world.tmux(['display-message', '-p', '#{pid}'], mortalSocket));
      const at = Date.now();
      kill(server, 'SIGKILL');
      await until('the tmux server to end', () => !isAlive(server));
      for (const agent of here) await agent.lost(at);
      fleet.serverDeaths.push(here.map(({ session }) => session));
      // A sample sees them as they lie there.
      schedule.postpone(here, 25_000);
      return rest();
    },
  };
}

function refusals({ webhook, random }: ManyAgents, rest: () => number): Actor {
  return {
    act: async () => {
      webhook.plans.push(
        ...random.choice<readonly Plan[]>([
          [2, ['refuse']],
          [1, ['refuse', 'refuse']],
        ]),
      );
      return rest();
    },
  };
}
