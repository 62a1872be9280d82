import { dirname, join } from 'node:path';
import { clean } from '../../core/words/text.ts';
import { emptyConfig, noHermesConfig, readHermesConfig } from '../hermes-config.ts';
import { skillFolder, type HermesHome } from '../hermes-home.ts';
import { serverName } from '../../core/words/server-name.ts';
import { additionsTo, withEntry, withoutEntry, type Change } from '../mcp-entry.ts';
import { backUp } from '../../system/backups.ts';
import { replaceFile } from '../../system/replace-file.ts';
import type { HermesContext } from '../hermes-home.ts';
import type { InstallAnswer, SetupAnswer } from './answers.ts';
import { hermesEntry } from './entry.ts';
import { readRecord, writeRecord, type SetupRecord } from './record.ts';
import { applyFiles, assertRoom, madeAbove, planFiles, readShipped, type FilePlan } from './shipped-files.ts';

export interface InstallRequest {
  readonly home: HermesHome;
  readonly goal: 'install' | 'uninstall';
  /** Only shows what would be done. */
  readonly print: boolean;
  /** The record of the config that this one is a copy of. */
  readonly copyOf?: SetupRecord;
}

export interface Installed<Json extends SetupAnswer = SetupAnswer> {
  readonly json: Json;
  readonly lines: readonly string[];
}

/**
 * Writes the entry and the skill into a profile of Hermes, or takes exactly them out of it.
 * @throws UsageError if there is no config, or it cannot be edited safely; AudienceError if something is in the way of a
 * file: then nothing was written
 */
export async function install(
  context: HermesContext,
  { home, goal, print, copyOf }: InstallRequest,
): Promise<Installed<InstallAnswer>> {
  const config = (await readHermesConfig(home)) ?? (goal === 'uninstall' ? emptyConfig(home) : null);
  if (config === null) throw noHermesConfig(home);
  const { stateDir } = context.settings;
  const known = copyOf === undefined ? readRecord(stateDir, config.path) : { ...copyOf, made: [] };
  const record = { ...known, config: config.path };
  const entry = hermesEntry(context, config);
  const change =
    goal === 'install'
      ? withEntry(config.path, config.text, entry, record.entry)
      : withoutEntry(config.path, config.text, record.entry);
  const additions = change.kind === 'foreign' ? [] : additionsTo(config.path, config.text, entry, record.entry);
  const backups = join(stateDir, 'hermes', 'backups');
  const shipped = await readShipped(shippedSkill(context));
  if (goal === 'install') assertRoom(shipped, skillFolder(home));
  const skill = await planFiles(shipped, skillFolder(home), record.skill, goal);
  const diff = change.kind === 'changed' ? changedLines(config.text, change.text) : [];
  if (!print) {
    if (change.kind === 'changed') {
      backUp(backups, config.text, Date.now());
      replaceFile(config.path, change.text);
    }
    const made = madeAbove(record.made, skill.folder, goal);
    await applyFiles(skill, record.made);
    const isOurs = goal === 'install' && change.kind !== 'foreign';
    writeRecord(stateDir, { ...record, entry: isOurs ? entry : null, skill: skill.ours, made });
  }
  return {
    json: {
      config: config.path,
      change: change.kind,
      lines: diff,
      skill: { folder: skill.folder, written: [...skill.write.keys()], removed: skill.remove, left: skill.left },
    },
    lines: [
      clean(configLine(config.path, change, goal, print)),
      ...(additions.length === 0 ? [] : [clean(additionsLine(config.path, additions, goal, backups))]),
      ...(print ? diff.map((line) => clean(line)) : []),
      ...fileLines(skill, print).map((line) => clean(line)),
    ],
  };
}

function configLine(path: string, change: Change, goal: InstallRequest['goal'], print: boolean): string {
  switch (change.kind) {
    case 'foreign':
      return `${path}:${change.at} has an entry of this name that asm setup did not write: left alone`;
    case 'unchanged':
      return `${path}: nothing to change`;
    case 'changed':
      if (print) return `${path}: would change`;
      return `${path}: ${serverName} ${goal === 'install' ? 'written' : 'taken out'}`;
  }
}

/** Names what the user added to the entry: an update keeps it, and taking the entry out takes it out too. */
function additionsLine(
  path: string,
  additions: readonly string[],
  goal: InstallRequest['goal'],
  backups: string,
): string {
  const names = additions.join(', ');
  return goal === 'install'
    ? `${path}: kept in ${serverName}, as it is not from asm setup: ${names}`
    : `${path}: with ${serverName} goes what is not from asm setup: ${names}; the former file is kept in ${backups}`;
}

/** Says what became of a folder that is shipped. */
export function fileLines({ folder, write, remove, left }: FilePlan, print: boolean): readonly string[] {
  const count = write.size + remove.length;
  const done = write.size > 0 ? 'installed' : 'taken out';
  return [
    `${folder}: ${count === 0 ? 'nothing to change' : print ? 'would change' : done}`,
    ...(print ? [...remove.map((name) => `-${name}`), ...[...write.keys()].map((name) => `+${name}`)] : []),
    ...left.map((name) => `${join(folder, name)} is not ours: left alone`),
  ];
}

/** Returns the folder of the skill, which lies beside the bundle in a clone and in an installed package. */
function shippedSkill({ program }: HermesContext): string {
  return join(dirname(program.at(-1) ?? ''), '../skills/agent-sessions-monitor');
}

/**
 * Returns the lines that differ between two texts, each after its `-` or `+`, with the number of the first one above.
 */
export function changedLines(before: string, after: string): readonly string[] {
  const [was, is] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < Math.min(was.length, is.length) && was[start] === is[start]) start += 1;
  let same = 0;
  while (same < Math.min(was.length, is.length) - start && was.at(-1 - same) === is.at(-1 - same)) same += 1;
  const gone = was.slice(start, was.length - same).map((line) => `-${line}`);
  const come = is.slice(start, is.length - same).map((line) => `+${line}`);
  return [`@@ line ${start + 1}`, ...gone, ...come].map((line) => line.replace(/\r$/, ''));
}
