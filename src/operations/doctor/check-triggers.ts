import { probe } from '../../trigger/probe.ts';
import type { Context, PassReport } from '../context.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { namesOrNone, readLink, readText } from '../../system/if-readable.ts';
import { listPids } from '../../system/proc-files.ts';

/** Tries out all triggers, and checks how much inotify is left for them. */
export async function checkTriggers(context: Context, report: PassReport | null): Promise<readonly Finding[]> {
  if (report === null) return [];
  const states = await probe(context.triggers().all, report.watched, context.signal);
  const hears = states.some(({ hearsDeaths, state }) => hearsDeaths && state.on);
  const found = states.map(({ name, hearsDeaths, state }): Finding => {
    // That the folder is watched does not say that an agent reports.
    if (state.on) return good('trigger', name === 'reports' ? 'report folder: watched' : `${name}: on`);
    // If another trigger hears of deaths, or there is no server yet, nothing is wrong.
    if (hearsDeaths && (hears || report.watched.servers.length === 0))
      return good('trigger', `${name}: off, ${state.because}`);
    return bad('trigger', `${name}: off, ${state.because}`, cureOf(state.because));
  });
  const deaths = states.some(({ hearsDeaths }) => hearsDeaths) ? '' : 'births, deaths, ';
  const poll = good(
    'trigger',
    `left to the poll: ${deaths}renamed sessions, an agent that exits while its shell stays`,
  );
  return [...found, poll, ...inotify()];
}

function cureOf(because: string): string {
  const limit = /fs\.inotify\.\w+/.exec(because)?.[0];
  if (limit !== undefined)
    return `raise it: sysctl ${limit}=…; until then the poll finds what changes, one interval late`;
  return 'nothing is lost: the poll finds what changes, one interval late';
}

/** Checks the kernel's limits for each user, and how much of them this user has taken. (Linux.) */
function inotify(): readonly Finding[] {
  const [watches, instances] = [limitOf('max_user_watches'), limitOf('max_user_instances')];
  if (watches === null || instances === null) return [];
  const used = usedInstances();
  const text = `inotify: ${used} of ${instances} instances used, ${watches} watches allowed`;
  if (used < instances) return [good('inotify', text)];
  return [bad('inotify', text, 'raise it: sysctl fs.inotify.max_user_instances=…')];
}

function limitOf(name: string): number | null {
  const text = readText(`/proc/sys/fs/inotify/${name}`);
  return text === null ? null : Number(text);
}

/** Counts by the descriptors of the processes that can be read. */
function usedInstances(): number {
  const descriptors = listPids().flatMap((pid) =>
    namesOrNone(`/proc/${pid}/fd`).map((name) => `/proc/${pid}/fd/${name}`),
  );
  return descriptors.filter((descriptor) => readLink(descriptor) === 'anon_inode:inotify').length;
}
