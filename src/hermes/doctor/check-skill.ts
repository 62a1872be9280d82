import { access, constants } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { skillFolder } from '../hermes-home.ts';
import type { HermesContext } from '../hermes-home.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { whichProgram } from '../../system/missing-program.ts';
import { setupCommand } from './hermes-world.ts';
import { words } from '../hermes-config.ts';
import type { HermesWorld } from './hermes-world.ts';
import { namesOrNone } from '../../system/if-readable.ts';
import { standsAt } from '../../system/obstacle.ts';
import { inTheWayOf } from '../setup/shipped-files.ts';

/** The program that the skill's own script starts. */
const program = 'agent-sessions-monitor';

/**
 * Checks the skill: a card with an unknown skill ends its worker at once. Hermes also looks in categories, and in
 * folders of the config.
 */
export async function checkSkill({ context, home, config }: Omit<HermesWorld, 'version'>): Promise<Finding> {
  const lists = [['disabled'], ['platform_disabled', 'cli']].map((path) => ['skills', ...path]);
  const list = lists.find((path) => words(config, ...path).includes('agent-sessions-monitor'));
  if (list !== undefined)
    return bad('hermes-skill', `${config.path}: ${list.join('.')} names the skill`, 'take it out of that list');
  const usual = skillFolder(home);
  const external = words(config, 'skills', 'external_dirs').map((folder) => expanded(folder, context));
  for (const path of placesIn([dirname(usual), ...external])) {
    const isReadable = await access(path, constants.R_OK).then(
      () => standsAt(path) === 'file',
      () => false,
    );
    if (isReadable) return hasProgram(context, path);
  }
  const own = join(usual, 'SKILL.md');
  const stands = standsAt(own);
  if (stands === 'file' || stands === 'unknown')
    return bad('hermes-skill', `${own} cannot be read`, 'make it and its folder readable');
  const obstacle = inTheWayOf(own);
  if (obstacle !== null)
    return bad(
      'hermes-skill',
      `${obstacle.path}: ${obstacle.message}`,
      `${obstacle.cure}; then: ${setupCommand(home)}`,
    );
  return bad('hermes-skill', `profile ${home.profile} has no skill agent-sessions-monitor`, setupCommand(home));
}

/**
 * Checks the program that the skill's script starts: it vanishes with the node that it was installed for, and leaves
 * the skill.
 */
function hasProgram({ env }: HermesContext, path: string): Finding {
  if (whichProgram(program, env['PATH']) !== null) return good('hermes-skill', `skill ${path}`);
  return bad(
    'hermes-skill',
    `skill ${path}: its script starts ${program}, which is nowhere on the PATH`,
    'npm install -g . in the folder of agent-sessions-monitor',
  );
}

function placesIn(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    ['', ...namesOrNone(folder)].map((category) => join(folder, category, 'agent-sessions-monitor/SKILL.md')),
  );
}

/** Expands a folder as Hermes does. */
function expanded(folder: string, { env, home }: HermesContext): string {
  return folder.replace(/^~(?=\/|$)/, home).replace(/\$\{(\w+)\}/g, (template, name: string) => env[name] ?? template);
}
