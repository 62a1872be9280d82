import type { Settings } from '../../config/settings.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { PassReport } from '../context.ts';
import { bad, good, type Finding } from '../../system/finding.ts';

/** What each source said in this look: sockets, Claude with its retention, Antigravity. */
export function checkSources(report: PassReport | null, settings: Settings): readonly Finding[] {
  if (report === null) return [];
  const { observation } = report;
  const sockets = [...observation.sockets].map(([path, seen]): Finding =>
    'blind' in seen
      ? bad('socket', `tmux socket ${path}: ${seen.blind}`, seen.cure)
      : good('socket', `tmux socket ${path}: ${seen.known.said}`),
  );
  return [
    ...sockets,
    ...claude(observation.claude, settings),
    ...unreadable('claude', 'Claude', observation.claude),
    agy(observation.agy, settings),
    ...unreadable('agy', 'Antigravity', observation.agy),
  ];
}

/** What lies there is unknown, whether an entry needs it today or not. */
function unreadable(id: string, agent: string, seen: Observation['claude'] | Observation['agy']): readonly Finding[] {
  if ('blind' in seen) return [];
  return seen.known.unreadable.map(({ path, reason, cure }) => bad(id, `${agent}: ${path} ${reason}`, cure));
}

function claude(seen: Observation['claude'], settings: Settings): readonly Finding[] {
  if ('blind' in seen) return [bad('claude', `Claude: ${seen.blind}`, seen.cure)];
  // A source that no entry needs is not read, and says nothing of its roots.
  const roots = seen.known.roots;
  if (roots.length === 0)
    return [good('claude', `Claude: ${settings.claude.roots.join(', ')} not needed by any entry`)];
  return roots.map(({ path, exists, cleanupDays, cleanupSetBy }) =>
    exists
      ? good('claude', `Claude: ${path}, transcripts are kept for ${cleanupDays} days${by(cleanupSetBy)}`)
      : good('claude', `Claude: no ${path}, no conversation of Claude's to look for`),
  );
}

function by(settings: string | undefined): string {
  return settings === undefined ? '' : ` (${settings})`;
}

function agy(seen: Observation['agy'], settings: Settings): Finding {
  if ('blind' in seen) return bad('agy', `Antigravity: ${seen.blind}`, seen.cure);
  return seen.known.exists
    ? good('agy', `Antigravity: ${seen.known.root}`)
    : good('agy', `Antigravity: no ${settings.agy.root}, or no entry needs it`);
}
