import type { EntryId } from '../model/branded.ts';
import type { Drift } from '../model/drift.ts';
import { entryId } from '../model/entry.ts';
import type { Memory } from '../model/memory.ts';
import type { PlanInput, Seeing } from '../model/plan.ts';
import type { EntryView, View } from '../model/view.ts';
import { evidenceOf } from '../place/agent-processes.ts';

/** How often a sighting is logged again: other places rely on it; ms. */
const againAfterMs = 1_800_000;

type Sighted = readonly [EntryId, Seeing['entries'][EntryId]];

/** Returns the entries whose session this pass saw alive, unless the log says so already. */
export function sightings(view: View, drifts: readonly Drift[], nextMemory: Memory): Seeing | null {
  const { observation } = view.input;
  const sighted = view.entries.flatMap((one) => sightedIn(one, view.input));
  const seen = [...sighted, ...registered(drifts, nextMemory)];
  const news = seen.filter((one) => isNews(one, view.input));
  if (news.length === 0) return null;
  return { place: observation.place.id, host: observation.host, entries: Object.fromEntries(news) };
}

function sightedIn(one: EntryView, input: PlanInput): readonly Sighted[] {
  const { entry, found, tree } = one;
  if (found === null || found.pane.dead) return [];
  const root = rootIn(one, input);
  const seen = { pane: found.pane.pid, start: tree?.root?.start ?? null };
  return [[entryId(entry), root === null ? seen : { ...seen, root }]];
}

/**
 * Returns the folder of its agent, where there are several or the log names one, which may be another: its conversations
 * are looked for there when it has ended.
 */
function rootIn({ entry, agentProcess }: EntryView, { observation, ledger }: PlanInput): string | null {
  if (entry.agent === null || agentProcess === null) return null;
  const seen = evidenceOf(entry.agent, observation);
  const former = ledger.homes.get(entryId(entry))?.sightings[observation.place.id]?.root;
  if ('blind' in seen || (seen.known.folders.length < 2 && former === undefined)) return null;
  return observation.agentProcesses.get(agentProcess.pid)?.root ?? null;
}

/** Returns the entries that this pass makes. */
function registered(drifts: readonly Drift[], { entries }: Memory): readonly Sighted[] {
  return drifts
    .flatMap((drift) => drift.edits)
    .flatMap((edit): readonly Sighted[] => {
      const id = entryId(edit.entry);
      const seen = edit.op === 'register' ? (entries[id]?.seen ?? null) : null;
      return seen?.panePid == null ? [] : [[id, { pane: seen.panePid, start: seen.paneStart }]];
    });
}

function isNews([id, { pane, start, root }]: Sighted, { ledger, observation, now }: PlanInput): boolean {
  const here = observation.place.id;
  const home = ledger.homes.get(id);
  const last = home?.place === here ? home.sightings[here] : undefined;
  if (last === undefined || ledger.hosts.get(here)?.at(-1) !== observation.host) return true;
  if (root !== undefined && last.root !== root) return true;
  return last.pane !== pane || (start !== null && last.start !== start) || Math.abs(now - last.at) >= againAfterMs;
}
