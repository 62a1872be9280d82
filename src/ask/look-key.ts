import type { Settings } from '../config/settings.ts';
import { toJson } from '../core/model/plain-json.ts';
import { hashOf } from '../system/hash.ts';
import { readLink } from '../system/if-readable.ts';
import { whichProgram } from '../system/missing-program.ts';
import { realPathOf } from '../system/real-path.ts';

/** Settings that change nothing of what a pass sees. All others do, those of later versions too. */
const irrelevant: ReadonlySet<string> = new Set<keyof Settings>([
  'configPath',
  'configText',
  'monitor',
  'notify',
  'history',
  'page',
  'stop',
  'judge',
  'hermes',
  'mqtt',
  'logLevel',
  'color',
]);
/** The same for settings of the registry: these say only how a command is shown. */
const irrelevantOfRegistry: ReadonlySet<string> = new Set<keyof Settings['registry']>(['isUsual', 'program']);

export interface LookDependsOn {
  readonly settings: Settings;
  readonly version: string;
  readonly home: string;
  /** The id of the place. */
  readonly place: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Returns a hash of all that a look depends on beside the world itself. Two processes with the same key see the same:
 * their settings, their user, their tmux, and what the kernel shows them are the same. A service has another `PATH` than
 * a shell, so only what it leads to counts.
 */
export function lookKey({ settings, version, home, place, env }: LookDependsOn): string {
  const { registry, ...others } = settings;
  const tmux = whichProgram('tmux', env['PATH']);
  const world = {
    version,
    home,
    place,
    user: [process.geteuid?.() ?? null, process.getegid?.() ?? null],
    namespaces: ['mnt', 'net', 'pid', 'user'].map((name) => readLink(`/proc/self/ns/${name}`)),
    tmux: tmux === null ? null : realPathOf(tmux),
    registry: without(registry, irrelevantOfRegistry),
    settings: without(others, irrelevant),
  };
  return hashOf(JSON.stringify(toJson(world)), 32);
}

function without(settings: object, names: ReadonlySet<string>): object {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !names.has(name)));
}
