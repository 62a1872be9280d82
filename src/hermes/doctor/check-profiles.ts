import { join } from 'node:path';
import { readHermesConfig } from '../hermes-config.ts';
import { profileHome, type HermesHome } from '../hermes-home.ts';
import type { HermesContext } from '../hermes-home.ts';
import { bad, type Finding } from '../../system/finding.ts';
import type { HermesWorld } from './hermes-world.ts';
import { missingIn, serverEntryIn } from './entry-in-config.ts';
import { setupCommand } from './hermes-world.ts';
import { namesOrNone } from '../../system/if-readable.ts';

/** Checks the other profiles' entries for missing programs: a node that moved breaks all of them. */
export async function checkOtherProfiles({ context, home }: HermesWorld): Promise<readonly Finding[]> {
  const profiles = ['default', ...namesOrNone(join(home.root, 'profiles'))];
  const others = profiles.filter((name) => name !== home.profile).map((name) => profileHome(home.root, name));
  return (await Promise.all(others.map((other) => checkProfile(other, context)))).flat();
}

async function checkProfile(home: HermesHome, { env }: HermesContext): Promise<readonly Finding[]> {
  const config = await readHermesConfig(home).catch(() => null);
  const entry = config === null ? null : serverEntryIn(config);
  const missing = entry === null ? null : missingIn(entry, env['PATH']);
  if (config === null || missing === null) return [];
  return [bad('hermes-entry', `${config.path}: ${missing}`, setupCommand(home))];
}
