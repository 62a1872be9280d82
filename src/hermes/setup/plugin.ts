import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { clean, shellQuote } from '../../core/words/text.ts';
import { backUp } from '../../system/backups.ts';
import { replaceFile } from '../../system/replace-file.ts';
import { HostError } from '../../errors.ts';
import { emptyConfig, noHermesConfig, readHermesConfig } from '../hermes-config.ts';
import type { HermesContext } from '../hermes-home.ts';
import { isPlugin, pluginFolder } from '../hermes-home.ts';
import { pluginName, withoutPlugin, withPlugin } from '../plugin-lists.ts';
import type { PluginAnswer } from './answers.ts';
import { sharedMemory } from './entry.ts';
import { changedLines, fileLines, type Installed, type InstallRequest } from './install.ts';
import { readRecord, writeRecord } from './record.ts';
import { applyFiles, assertRoom, madeAbove, planFiles, readShipped, type FilePlan } from './shipped-files.ts';

/**
 * Copies the plugin into a profile of Hermes and turns it on, or takes it out of the folder and the lists: Hermes' own
 * `plugins remove` leaves the name in them. A plugin that Hermes itself installed goes too, as far as its files are
 * those of this version.
 * @throws UsageError if there is no config, or it cannot be edited safely; HostError or AudienceError if something is in
 * the way: then nothing was written
 */
export async function plugin(
  context: HermesContext,
  { home, goal, print }: Omit<InstallRequest, 'copyOf'>,
): Promise<Installed<PluginAnswer>> {
  const config = (await readHermesConfig(home)) ?? (goal === 'uninstall' ? emptyConfig(home) : null);
  if (config === null) throw noHermesConfig(home);
  const { stateDir } = context.settings;
  const record = { ...readRecord(stateDir, config.path), config: config.path };
  const next = (goal === 'install' ? withPlugin : withoutPlugin)(config.path, config.text);
  const shipped = new Map(await readShipped(shippedPlugin(context))).set(programFile, programOf(context));
  if (goal === 'install') assertRoom(shipped, pluginFolder(home));
  const planned = await planFiles(shipped, pluginFolder(home), record.plugin, goal);
  if (goal === 'install' && planned.left.length > 0 && !isPlugin(planned.folder)) {
    throw new HostError('there is something else where the plugin goes', {
      where: planned.folder,
      cure: 'move it away, then run this again; nothing was written',
    });
  }
  // Files of two versions, or of the user and of this one, make no plugin.
  const files = goal === 'install' && planned.left.length > 0 ? { ...planned, write: noFiles, ours: {} } : planned;
  if (!print) {
    const writeConfig = (): void => {
      if (next === null) return;
      backUp(join(stateDir, 'hermes', 'backups'), config.text, Date.now());
      replaceFile(config.path, next);
    };
    const made = madeAbove(record.made, files.folder, goal);
    const writeFiles = async (): Promise<void> => {
      await applyFiles(files, record.made);
      writeRecord(stateDir, { ...record, plugin: files.ours, made });
    };
    await inOrder(goal, writeConfig, writeFiles, files);
  }
  const diff = next === null ? [] : changedLines(config.text, next);
  const did = print ? 'would change' : `${pluginName} turned ${goal === 'install' ? 'on' : 'off'}`;
  return {
    json: {
      config: config.path,
      change: next === null ? 'unchanged' : 'changed',
      lines: diff,
      plugin: { folder: files.folder, written: [...files.write.keys()], removed: files.remove, left: files.left },
    },
    lines: [
      `${config.path}: ${next === null ? 'nothing to change' : did}`,
      ...(print ? diff : []),
      ...fileLines(files, print),
      ...(files.left.length === 0 ? [] : [`to have Hermes take out all of it: ${removal(home)}`]),
      ...(print || (next === null && files.write.size + files.remove.length === 0) ? [] : [restart]),
    ].map((line) => clean(line)),
  };
}

/** The file by which the plugin finds this program, whatever PATH and HOME a gateway has. */
export const programFile = 'program.json';

const noFiles: ReadonlyMap<string, Buffer> = new Map();

const restart = 'a gateway that runs sees it after: hermes gateway restart; the dashboard after its next start';

function programOf(context: HermesContext): Buffer {
  const known = { command: context.program, env: sharedMemory(context) };
  return Buffer.from(`${JSON.stringify(known, null, 2)}\n`);
}

/** The config never names a plugin that is not whole, whatever fails on the way. */
async function inOrder(
  goal: 'install' | 'uninstall',
  writeConfig: () => void,
  writeFiles: () => Promise<void>,
  files: FilePlan,
): Promise<void> {
  if (goal === 'install') {
    await writeFiles();
    writeConfig();
  } else {
    writeConfig();
    await removeCompiled(files);
    await writeFiles();
  }
}

/** Removes what Python made of the plugin's files when Hermes loaded them. */
async function removeCompiled({ folder, left }: FilePlan): Promise<void> {
  if (left.includes('.')) return;
  for (const path of ['', 'dashboard']) await rm(join(folder, path, '__pycache__'), { recursive: true, force: true });
}

/** Returns the folder of the plugin in this package: the build puts it beside the bundle. */
export function shippedPlugin(context: HermesContext): string {
  return join(dirname(context.program.at(-1) ?? ''), 'hermes-plugin');
}

function removal({ root }: InstallRequest['home']): string {
  return `HERMES_HOME=${shellQuote(root)} hermes plugins remove ${pluginName}`;
}
