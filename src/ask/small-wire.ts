import { hostname } from 'node:os';
import { agentFacts } from '../agents/agent-facts.ts';
import { resolveSettings, type Settings, type SettingsSources } from '../config/settings.ts';
import { placeId } from '../observe/place.ts';
import type { Overview } from '../operations/sessions/overview.ts';
import { stateDirOf } from '../registry/state-dir.ts';
import { realPathOf } from '../system/real-path.ts';
import { withoutTemplates } from '../system/set-variable.ts';
import { makeAskMonitor, type AskOptions } from './ask-monitor.ts';
import { lookKey, type LookDependsOn } from './look-key.ts';

/** Does as `src/wire.ts` does, and loads only what asking a monitor takes. */
export function loadSettings(sources: SettingsSources): Promise<Settings> {
  return resolveSettings(sources, agentFacts);
}

/** Returns what a monitor of this registry says; `null`: none answers. */
export function askOnce({
  settings,
  env,
  ...given
}: Omit<LookDependsOn, 'place'> & Pick<AskOptions, 'now' | 'note' | 'patienceMs'>): Promise<Overview | null> {
  const place = placeId(hostname());
  const dir = stateDirOf(settings.stateDir, realPathOf(settings.registry.path));
  const key = () => lookKey({ ...given, settings, place, env: withoutTemplates(env) });
  return makeAskMonitor({ ...given, dir, place, key })();
}
