import type { Fleet, Member } from './fleet.ts';
import type { SimulatedDay } from './simulated-day.ts';
import { takeBack } from './take-back.ts';

/** Something that happens. */
export interface Act {
  readonly name: string;
  /** Lets it happen; `false`: it could not. */
  readonly happen: (day: SimulatedDay) => unknown;
}

type Weighted = readonly [weight: number, act: Act];
type Living = Fleet['living'][number];
type Working = Fleet['working'][number];

/** So many entries of ended sessions are left when the user deletes the old ones. */
const keptEntries = 20;
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Acts of the sessions themselves. */
const ofSessions: readonly Weighted[] = [
  act(24, 'birth', ({ fleet, wanted }) => fleet.living.length < wanted + 5 && fleet.begin()),
  ofLiving(12, 'death', ({ fleet, wanted }, one) => fleet.living.length > wanted / 2 && fleet.end(one)),
  ofLiving(3, 'death and birth', ({ fleet }, one) => {
    fleet.end(one);
    fleet.begin();
  }),
  ofWorking(16, '/clear', ({ fleet }, one) => fleet.clear(one)),
  ofWorking(8, '/resume', ({ fleet }, one) => one.ids.length > 1 && fleet.resume(one)),
  ofWorking(7, 'exit to the shell', ({ fleet }, one) => fleet.exitAgent(one)),
  ofLiving(7, 'agent back', ({ fleet }, one) => one.agent === null && fleet.startAgent(one, one.id)),
];

/** Acts of the host. */
const ofHost: readonly Weighted[] = [
  act(0.6, 'tmux server dies', ({ fleet }) => fleet.endServer()),
  act(0.4, 'reboot', (day) => {
    day.kill();
    day.fleet.reboot();
    day.startLater();
  }),
  act(1.2, 'clock set', (day) => day.setClock(day.random.oneOf([-5, 5, -24 * 60, 24 * 60, -1 / 3, 1 / 3]) ?? 0)),
  act(0.5, 'sleep', (day) => day.clock.set(day.random.between(minute, 8 * hour))),
  outage(1.2, 'tmux hangs', 'hidden', 'tmux'),
  outage(0.8, '/proc unreadable', 'hidden', 'processes'),
  outage(0.8, 'agent files unreadable', 'hidden', 'claude'),
  outage(1.2, 'disk full', 'disk', 'full'),
  outage(0.8, 'board away', 'board', 'away'),
  outage(1.5, 'board mute', 'board', 'mute'),
  outage(0.5, 'board hangs', 'board', 'hangs'),
  outage(1, 'broker away', 'broker', 'away'),
  outage(0.7, 'broker mute', 'broker', 'mute'),
  outage(1, 'phone away', 'phone', 'away'),
  outage(0.7, 'phone mute', 'phone', 'mute'),
];

/** Acts of the user with an editor. */
const ofHuman: readonly Weighted[] = [
  ofEntry(6, 'comment', ({ human }, name) => human.comment(name)),
  ofEntry(2, 'reorder', ({ human }, name) => human.reorder(name)),
  ofEntry(2, 'rename', (day, name) => {
    const member = day.fleet.living.find((one) => one.name === name && !one.isUnwanted);
    if (member === undefined) return false;
    const now = day.fleet.rename(member);
    day.human.rename(name, now);
    day.edited(now);
  }),
  ofEntry(5, 'delete', (day, name) => {
    const member = day.fleet.members.get(name);
    if (member === undefined || !day.isDue(member)) return false;
    day.human.delete(name);
    if (member.session !== null) member.isUnwanted = true;
  }),
  act(3, 'clear out', (day) => {
    const ended = endedIn(day);
    if (day.human.hasBroken || ended.length < day.wanted * 2) return false;
    const old = ended.slice(0, -keptEntries);
    day.human.delete(...old);
    for (const name of old) day.edited(name);
  }),
  act(2, 'add', ({ fleet, human, wanted, entries }) => {
    if (human.hasBroken || fleet.living.length > wanted + 5) return false;
    const { name } = fleet.begin();
    if (!entries.has(name)) human.add(name);
  }),
  act(1, 'undo', async (day) => {
    if (day.human.hasBroken || day.outages.disk === 'full') return false;
    const names = await takeBack(day).catch(() => []);
    for (const name of names) {
      day.edited(name);
      const member = day.fleet.members.get(name);
      if (member !== undefined) member.held = member.session ?? 'dead';
    }
    return names.length > 0;
  }),
  act(0.8, 'break', (day) => {
    if (day.human.hasBroken) return false;
    day.human.break();
    day.later(day.random.between(5 * second, 5 * minute), () => day.human.mend());
  }),
];

/** What the user does to the monitor. */
const ofMonitor: readonly Weighted[] = [
  act(0.8, 'monitor ends', (day) => {
    day.monitor.end();
    day.startLater();
  }),
  act(1.2, 'monitor killed', (day) => {
    day.kill();
    day.startLater();
  }),
];

/** What happens, each as often as its weight says. */
export const acts: readonly Weighted[] = [...ofSessions, ...ofHost, ...ofHuman, ...ofMonitor];

/** Returns the entries of sessions that have ended, and long enough ago that it is written; the oldest first. */
function endedIn(day: SimulatedDay): readonly string[] {
  const { fleet, entries } = day;
  return [...entries].flatMap(([name, { status }]) => {
    const member = fleet.members.get(name);
    return status === 'terminated' && member?.session === null && day.isDue(member) ? [name] : [];
  });
}

function act(weight: number, name: string, happen: Act['happen']): Weighted {
  return [weight, { name, happen }];
}

function ofLiving(weight: number, name: string, happen: (day: SimulatedDay, member: Living) => unknown): Weighted {
  return act(weight, name, (day) => {
    const member = day.random.oneOf(day.fleet.living);
    return member === undefined ? false : happen(day, member);
  });
}

function ofWorking(weight: number, name: string, happen: (day: SimulatedDay, member: Working) => unknown): Weighted {
  return act(weight, name, (day) => {
    const member = day.random.oneOf(day.fleet.working);
    return member === undefined ? false : happen(day, member);
  });
}

function ofEntry(
  weight: number,
  name: string,
  happen: (day: SimulatedDay, entry: Member['name']) => unknown,
): Weighted {
  return act(weight, name, (day) => {
    const entry = day.random.oneOf([...day.entries.keys()]);
    if (entry === undefined || day.human.hasBroken) return false;
    const happened = happen(day, entry);
    day.edited(entry);
    return happened;
  });
}

type Kind = 'hidden' | 'disk' | 'board' | 'broker' | 'phone';

/** Something that does not work for a while. */
function outage<Of extends Kind>(weight: number, name: string, kind: Of, how: SimulatedDay['outages'][Of]): Weighted {
  return act(weight, name, ({ outages, random, later }) => {
    const usual = kind === 'hidden' ? 'nothing' : 'works';
    if (outages[kind] !== usual) return false;
    Object.assign(outages, { [kind]: how });
    later(random.between(2 * second, 4 * minute), () => void Object.assign(outages, { [kind]: usual }));
  });
}
