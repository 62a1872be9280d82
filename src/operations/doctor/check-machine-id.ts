import { groupBy } from '../../core/model/group-by.ts';
import { clean } from '../../core/words/text.ts';
import type { Seeing } from '../../core/model/plan.ts';
import { bad, type Finding } from '../../system/finding.ts';
import type { Context, PassReport } from '../context.ts';

/** How far back the names of this place are read; ms. */
const latelyMs = 3_600_000;
/** A machine that is renamed changes its name once, and perhaps back. */
const renamedAtMost = 2;

/**
 * Checks whether two machines with one machine-id share the log: they are one place, which each calls by its own name
 * whenever it sees a session of its own.
 */
export async function checkMachineId(
  { log, now }: Pick<Context, 'log' | 'now'>,
  report: PassReport | null,
): Promise<readonly Finding[]> {
  if (report === null) return [];
  const { id } = report.observation.place;
  const since = now() - latelyMs;
  const events = await log().read();
  const seen = events.flatMap((event) =>
    event.kind === 'seen' && event.place === id && Date.parse(event.at) >= since ? [event] : [],
  );
  const changes = seen.filter(({ host }, index) => index > 0 && host !== seen[index - 1]?.host);
  if (changes.length <= renamedAtMost || isOneMachine(seen)) return [];
  const called = [...new Set(changes.map(({ host }) => host))].toSorted().map(clean).join(' and ');
  const message = `this place was called ${called} in turn within an hour: machines with one machine-id are taken for one, and each finds the sessions of the other gone`;
  return [bad('place', message, cure)];
}

const cure =
  process.platform === 'linux'
    ? 'as root on each copy: rm /etc/machine-id; systemd-machine-id-setup; then start its monitor again'
    : 'give each copy of the machine a hardware UUID of its own';

/** Decides whether one process was seen under two names: a machine, or a container on it, may have several. */
function isOneMachine(seen: readonly Seeing[]): boolean {
  const sightings = seen.flatMap(({ host, entries }) =>
    Object.values(entries).flatMap(({ pane, start }) =>
      start === null ? [] : [{ host, process: `${pane} ${start}` }],
    ),
  );
  const ofProcesses = [...groupBy(sightings, ({ process }) => process).values()];
  return ofProcesses.some((all) => new Set(all.map(({ host }) => host)).size > 1);
}
