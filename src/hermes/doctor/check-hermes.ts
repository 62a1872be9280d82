import { UsageError } from '../../errors.ts';
import { readHermesConfig } from '../hermes-config.ts';
import { hermesHome, type HermesContext, type HermesHome, type NamedHermes } from '../hermes-home.ts';
import { setVariable } from '../../system/set-variable.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { shortageOf } from '../../system/shortage.ts';
import { checkDispatcher } from './check-dispatcher.ts';
import { checkEntry } from './check-entry.ts';
import { checkExtra } from './check-extra.ts';
import { checkToolSearch } from './check-hidden.ts';
import { checkPlugin } from './check-plugin.ts';
import { checkOtherProfiles } from './check-profiles.ts';
import { checkGoal, checkNudge, checkTurns } from './check-run.ts';
import { checkSkill } from './check-skill.ts';
import { askHermes, type HermesWorld } from './hermes-world.ts';

/**
 * Checks all that a worker of Hermes depends on; no checks where Hermes is neither configured nor installed.
 * @param readyMs how long the MCP server may take to show its tools; ms
 */
export async function checkHermes(
  context: HermesContext,
  named: NamedHermes,
  readyMs?: number,
): Promise<readonly Finding[]> {
  const home = hermesHome(context, named);
  const config = await readHermesConfig(home).catch(onlyUnreadable);
  const isNamed = named.root !== null || named.profile !== null || setVariable(context.env, 'HERMES_HOME') !== null;
  const isAsked = isNamed || config !== null || setVariable(context.env, 'HERMES_KANBAN_TASK') !== null;
  const { code, failure, stdout: version } = await askHermes(context, home, ['--version']);
  if (code !== 0) return isAsked ? [doesNotStart(context, failure ?? `exit ${code}`)] : [];
  const found = good('hermes', `hermes ${/\d+\.\d+\.\d+/.exec(version)?.[0] ?? 'of an unknown version'}`);
  if (config === null) return isNamed ? [found, noConfig(home)] : [found];
  if (config instanceof UsageError)
    return [found, bad('hermes-entry', `${config.where}: ${config.message}`, config.cure)];
  const world: HermesWorld = { context, home, config, version };
  const [extra, dispatcher, skill, entry, others, plugin] = await Promise.all([
    checkExtra(world),
    checkDispatcher(world),
    checkSkill(world),
    checkEntry(world, readyMs),
    checkOtherProfiles(world),
    checkPlugin(world),
  ]);
  const settings = [checkToolSearch(world), checkGoal(world), checkNudge(world), checkTurns(world)];
  return [found, extra, ...dispatcher, skill, ...entry, ...others, ...settings, ...plugin];
}

function onlyUnreadable(error: unknown): UsageError {
  if (error instanceof UsageError) return error;
  throw error;
}

function doesNotStart({ settings }: HermesContext, failure: string): Finding {
  const { command } = settings.hermes;
  const shortage = shortageOf(failure);
  if (shortage !== null) return bad('hermes', `${command} does not start: ${shortage.reason}`, shortage.cure);
  const reason = failure === 'ENOENT' ? 'is not installed' : `does not start (${failure})`;
  return bad('hermes', `${command} ${reason}`, "pip install 'hermes-agent[mcp]', or put hermes into PATH");
}

function noConfig({ folder }: HermesHome): Finding {
  return bad(
    'hermes-entry',
    `no config.yaml in ${folder}`,
    'name its home with --hermes-home, or make one: hermes setup',
  );
}
