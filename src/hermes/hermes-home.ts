import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Settings } from '../config/settings.ts';
import { UsageError } from '../errors.ts';
import { setVariable } from '../system/set-variable.ts';

/** What setup, doctor and dispatch know of this program. */
export interface HermesContext {
  readonly settings: Settings;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
  /** The words that start this program again. */
  readonly program: readonly string[];
  readonly signal: AbortSignal;
}

/** Where a profile of Hermes keeps its config and its skills. */
export interface HermesHome {
  /** The folder that `HERMES_HOME` names. */
  readonly root: string;
  readonly profile: string;
  readonly folder: string;
}

/** The Hermes that the command line names; `null`: the environment's root, the profile `default`. */
export interface NamedHermes {
  readonly root: string | null;
  readonly profile: string | null;
}

/**
 * Finds the home of a profile.
 * @throws UsageError for a name that cannot be a profile's
 */
export function hermesHome({ env, home }: Pick<HermesContext, 'env' | 'home'>, named: NamedHermes): HermesHome {
  const root = resolve(named.root ?? setVariable(env, 'HERMES_HOME') ?? join(home, '.hermes'));
  const profile = named.profile ?? 'default';
  if (!/^[A-Za-z0-9][\w-]*$/.test(profile))
    throw new UsageError('a profile has a plain name', { where: '--profile', cure: 'hermes profile list' });
  return profileHome(root, profile);
}

export function profileHome(root: string, profile: string): HermesHome {
  return { root, profile, folder: profile === 'default' ? root : join(root, 'profiles', profile) };
}

export function skillFolder({ folder }: HermesHome): string {
  return join(folder, 'skills/agent-sessions-monitor');
}

export function pluginFolder({ folder }: HermesHome): string {
  return join(folder, 'plugins/agent-sessions');
}

/** Decides whether Hermes sees a plugin in a folder: without this file it passes over what is there. */
export function isPlugin(folder: string): boolean {
  return existsSync(join(folder, 'plugin.yaml'));
}
