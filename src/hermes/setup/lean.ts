import { isDeepStrictEqual } from 'node:util';
import { shellQuote } from '../../core/words/text.ts';
import { BoardError, UsageError } from '../../errors.ts';
import { readHermesConfig } from '../hermes-config.ts';
import { hermesHome, type HermesHome } from '../hermes-home.ts';
import { replaceFile } from '../../system/replace-file.ts';
import { callProgram } from '../../system/call-program.ts';
import { noChanges, treeAfter, withChange, type FieldChanges } from '../../yaml/change.ts';
import { isSound, withChanges } from '../../yaml/edit.ts';
import { parseSource, rootMap } from '../../yaml/source.ts';
import { treeOf } from '../../yaml/tree.ts';
import type { Writable } from '../../yaml/write-value.ts';
import type { HermesContext } from '../hermes-home.ts';
import { checkExtra } from '../doctor/check-extra.ts';
import type { InstallAnswer } from './answers.ts';
import { install, type Installed } from './install.ts';
import { readRecord } from './record.ts';

/** Not the assignee of `dispatch --worker self`: that one must be no profile. */
export const leanProfile = 'agent-sessions-lean';

/** Hermes starts within seconds; under load it may take longer; ms. */
const deadlineMs = 60_000;

const settings: readonly (readonly [readonly string[], Writable])[] = [
  // MCP servers and `--skill` still load.
  [['platform_toolsets', 'cli'], ['kanban']],
  // A worker would get these too, and with them a protocol that contradicts the skill: a third of a call's tokens.
  [['agent', 'disabled_toolsets'], ['kanban']],
  // Advice for work with files and a shell, which the worker does not have.
  [['agent', 'task_completion_guidance'], false],
  [['agent', 'parallel_tool_call_guidance'], false],
  // Its knowledge about the user would go with every call.
  [['memory', 'memory_enabled'], false],
  [['memory', 'user_profile_enabled'], false],
  // After ten calls a review of the whole conversation would rewrite skills.
  [['skills', 'creation_nudge_interval'], 0],
  // So a server that starts late on a busy machine is offered too.
  [['mcp_discovery_timeout'], 10],
];

const changes = settings.reduce<FieldChanges>(
  (all, [keys, to]) => withChange(all, keys, { kind: 'set', to }),
  noChanges,
);

/**
 * Makes a profile of its own, a copy of the default one, that offers a model only the tools that the monitor needs. An
 * existing one with these settings is brought up to date.
 * @throws UsageError if there is another profile of that name; BoardError if Hermes makes none
 */
export async function makeLeanProfile(context: HermesContext, home: HermesHome, print: boolean): Promise<Installed> {
  const source = hermesHome(context, { root: home.root, profile: null });
  const command = [context.settings.hermes.command, ...createWords(home.profile)];
  const there = await readHermesConfig(home);
  if (there !== null) {
    if (!isLean(there.text)) throw existsAlready(home);
    return install(context, { home, goal: 'install', print });
  }
  if (print) {
    const values = settings.map(([path, value]) => `+${path.join('.')}: ${JSON.stringify(value)}`);
    return { json: { command, settings: values }, lines: [command.map(shellQuote).join(' '), ...values] };
  }
  await assertTools(context);
  await create(context, home);
  const { json, lines } = await keptIfFilled(context, home, async () => {
    const config = await readHermesConfig(home);
    if (config === null) throw notMade(home, 'it has no config');
    const original = await readHermesConfig(source);
    replaceFile(config.path, withLeanSettings(original?.path ?? config.path, config.text));
    const copyOf = original === null ? {} : { copyOf: readRecord(context.settings.stateDir, original.path) };
    return install(context, { home, goal: 'install', print, ...copyOf });
  });
  return {
    json: { profile: home.profile, ...json },
    lines: [
      `profile ${home.profile} made at ${home.folder}`,
      ...lines,
      `dispatch to it with: asm dispatch --assignee ${home.profile}`,
    ],
  };
}

/** Decides whether a config has every setting. */
function isLean(text: string): boolean {
  const source = parseSource(text);
  if (!isSound(source) || rootMap(source) === null) return false;
  const tree = treeOf(source);
  return isDeepStrictEqual(tree, treeAfter(tree, changes));
}

/** Throws if the tools would be missing: a worker of this profile has no others. */
async function assertTools(context: HermesContext): Promise<void> {
  const { ok, message, cure } = await checkExtra({ context });
  context.signal.throwIfAborted();
  if (!ok) throw new UsageError(message, { where: '--lean', cure: cure ?? '' });
}

/** Returns the words that make the profile, with the default profile's model and keys, which Hermes itself copies. */
function createWords(profile: string): readonly string[] {
  return ['profile', 'create', profile, '--clone-from', 'default', '--no-alias'];
}

async function create(context: HermesContext, home: HermesHome): Promise<void> {
  const { command } = context.settings.hermes;
  const answer = await callHermes(context, home, createWords(home.profile));
  if (answer.kind === 'ended' && answer.code === 0) return;
  context.signal.throwIfAborted();
  if (answer.kind === 'not started') throw notMade(home, `${command} cannot be started (${answer.reason})`);
  const said = answer.kind === 'ended' ? `${answer.stdout}${answer.stderr}`.trim().split('\n').at(-1) : answer.kind;
  throw notMade(home, said ?? '');
}

/**
 * Fills the profile that was just made. If that fails it is taken away again: the next run would take one that is half
 * made for another's.
 */
async function keptIfFilled(
  context: HermesContext,
  home: HermesHome,
  fill: () => Promise<Installed<InstallAnswer>>,
): Promise<Installed<InstallAnswer>> {
  try {
    return await fill();
  } catch (error) {
    // Also where the user has just said that it shall end.
    const { signal } = new AbortController();
    await callHermes({ ...context, signal }, home, ['profile', 'delete', home.profile, '--yes']);
    throw error;
  }
}

function callHermes({ env, settings: { hermes }, signal }: HermesContext, home: HermesHome, words: readonly string[]) {
  return callProgram(hermes.command, words, {
    deadlineMs,
    signal,
    env: { ...env, HERMES_HOME: home.root },
    diesWithUs: true,
  });
}

/**
 * Returns the config with the lean settings. @param path where it comes from
 * @throws UsageError if it does not parse, or has a form that cannot be edited safely
 */
function withLeanSettings(path: string, text: string): string {
  const next = withChanges(parseSource(text), changes);
  if (next !== null) return next.text;
  throw new UsageError('the config that the new profile copies cannot be edited safely', {
    where: path,
    cure: 'make the profile by hand, with what `asm setup --lean --print` shows, then run asm setup with --profile',
  });
}

function existsAlready({ profile, folder }: HermesHome): UsageError {
  return new UsageError(`there is a profile ${profile} already`, {
    where: folder,
    cure: `asm setup --profile ${profile} brings skill and entry up to date; --lean --profile with another name makes another one; if asm was killed while it made this one, hermes profile delete ${profile}, then again`,
  });
}

function notMade({ profile }: HermesHome, reason: string): BoardError {
  return new BoardError(`Hermes made no profile ${profile}: ${reason}`, {
    where: 'hermes profile create',
    cure: 'try it by hand: what `asm setup --lean --print` shows',
  });
}
