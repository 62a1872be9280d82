import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { shellQuote } from '../../core/words/text.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { jsonIn } from '../../system/json.ts';
import { missingProgram, whichProgram } from '../../system/missing-program.ts';
import { isPlugin, pluginFolder } from '../hermes-home.ts';
import { isListed, pluginName } from '../plugin-lists.ts';
import { programFile, shippedPlugin } from '../setup/plugin.ts';
import { planFiles, readShipped } from '../setup/shipped-files.ts';
import { setupCommand, type HermesWorld } from './hermes-world.ts';

const id = 'hermes-plugin';

/** Checks the plugin; no finding where the profile has none, which is no fault. */
export async function checkPlugin(world: Omit<HermesWorld, 'version'>): Promise<readonly Finding[]> {
  const { home, config } = world;
  const folder = pluginFolder(home);
  const isOn = isListed(config.text, 'enabled');
  const install = `${setupCommand(home)} --plugin`;
  if (!isPlugin(folder)) {
    if (!isOn && !isListed(config.text, 'disabled')) return [];
    return [bad(id, `${config.path} names the plugin ${pluginName}, which is not there`, `${install} --uninstall`)];
  }
  if (isListed(config.text, 'disabled')) return [good(id, `the plugin ${pluginName} is turned off`)];
  const turnOn = `HERMES_HOME=${shellQuote(home.folder)} hermes plugins enable ${pluginName} --no-allow-tool-override`;
  if (!isOn) return [bad(id, `the plugin ${pluginName} is not turned on`, turnOn)];
  const wrong = (await whatStartsNot(world, folder)) ?? (await whatDiffers(world, folder));
  if (wrong !== null) return [bad(id, `${folder} ${wrong}`, (await isLink(folder)) ? ownCopy : install)];
  return [good(id, `plugin ${folder}`)];
}

/** Setup never writes through a link. */
const ownCopy = 'it is a link: put asm on the PATH of Hermes, or bring what the link names up to date';

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path)).isSymbolicLink();
}

const startSchema = z.object({ command: z.array(z.string()).min(1) });

/** Returns why the plugin finds no program to start: its own file names it, else the PATH does. */
async function whatStartsNot({ context }: Pick<HermesWorld, 'context'>, folder: string): Promise<string | null> {
  const text = await readFile(join(folder, programFile), 'utf8').catch(() => '');
  const known = startSchema.safeParse(jsonIn(text)).data;
  const path = context.env['PATH'];
  if (known !== undefined) {
    const missing = missingProgram(known.command, path);
    return missing === null ? null : `starts ${missing}, which is not there any more`;
  }
  const isOnPath = ['agent-sessions-monitor', 'asm'].some((name) => whichProgram(name, path) !== null);
  return isOnPath ? null : 'starts asm, which is nowhere on the PATH';
}

/** Returns how the plugin differs from that of this version. */
async function whatDiffers({ context }: Pick<HermesWorld, 'context'>, folder: string): Promise<string | null> {
  const shipped = await readShipped(shippedPlugin(context)).catch(() => null);
  if (shipped === null) return null;
  const plan = await planFiles(shipped, folder, {}, 'install').catch(() => null);
  if (plan === null) return 'cannot be read';
  const { write, left } = plan;
  const [first] = [...left, ...write.keys()];
  return first === undefined ? null : `is not of this version: ${first} differs`;
}
