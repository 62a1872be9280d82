import { access, constants, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { skillFolder } from '../../../hermes/home.ts';
import { bad, good, type Finding } from '../finding.ts';
import { setupCommand } from './setup-command.ts';
import { words, type HermesWorld } from './hermes-world.ts';

/** A card with an unknown skill ends its worker at once. Hermes looks in categories too. */
export async function checkSkill({ home, config }: HermesWorld): Promise<Finding> {
  const lists = [['disabled'], ['platform_disabled', 'cli']].map((path) => ['skills', ...path]);
  const list = lists.find((path) => words(config, ...path).includes('agent-sessions-monitor'));
  if (list !== undefined)
    return bad('hermes-skill', `${config.path}: ${list.join('.')} names our skill`, 'take it out of that list');
  const usual = skillFolder(home);
  const skills = dirname(usual);
  const categories = await readdir(skills).catch(() => []);
  const places = [usual, ...categories.map((category) => join(skills, category, 'agent-sessions-monitor'))];
  for (const place of places) {
    const path = join(place, 'SKILL.md');
    const isReadable = await access(path, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (isReadable) return good('hermes-skill', `skill ${path}`);
  }
  return bad('hermes-skill', `profile ${home.profile} has no skill agent-sessions-monitor`, setupCommand(home));
}
