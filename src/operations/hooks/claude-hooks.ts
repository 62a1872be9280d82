import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clean, shellQuote } from '../../core/words/text.ts';
import { exitCode, HostError, UsageError } from '../../errors.ts';
import { reportsFolder } from '../../observe/reports/reports.ts';
import { callProgram } from '../../system/call-program.ts';
import { isObject, jsonIn } from '../../system/json.ts';
import { whichProgram } from '../../system/missing-program.ts';
import { makeOwnFolder } from '../../system/own-folder.ts';
import type { ProgramAnswer } from '../../system/run-program.ts';
import { setVariable } from '../../system/set-variable.ts';
import type { HooksAnswer } from '../answers/hooks.ts';
import type { Context } from '../context.ts';
import type { Answer } from '../operation.ts';
import {
  hadBy,
  installing,
  isForeign,
  listing,
  marketplace,
  uninstalling,
  type Had,
  type Step,
} from './claude-plugin.ts';
import { settingsOf, settingsWithHooks } from './claude-settings.ts';

/** Each of Claude's commands takes a fraction of a second; ms. */
const deadlineMs = 60_000;

/**
 * Installs the plugin with the hooks into Claude Code by Claude's own commands, or takes it out again. It leaves out a
 * command that would change nothing. Without `run` it shows all commands, and what to put into `settings.json` instead.
 * @throws HostError if there is no Claude, it refuses, or it has a marketplace of the user by our name
 */
export async function claudeHooks(
  context: Context,
  { goal, run }: { readonly goal: 'install' | 'uninstall'; readonly run: boolean },
): Promise<Answer<HooksAnswer>> {
  const folder = join(dirname(context.program.at(-1) ?? ''), 'claude-code');
  const steps = goal === 'install' ? installing(folder) : uninstalling(folder);
  const settings = goal === 'install' ? fragmentOf(folder) : null;
  const taken = run ? await runNeeded(context, goal, folder) : steps;
  const also = settingsWithHooks(context);
  const json = {
    commands: taken.map(({ words }) => [...words]),
    ran: run,
    ...(settings === null ? {} : { settings }),
    ...(also === null ? {} : { also_in: also }),
  };
  const lines = [
    ...taken.map(({ words }) => words.map(shellQuote).join(' ')),
    ...(run ? [doneText(goal, taken)] : insteadText(context, settings)),
    ...(also === null ? [] : [`its hooks also stand in ${clean(also)}: take them out there`]),
    ...(goal === 'install' ? variableText(context) : []),
  ];
  return { json, text: lines.join('\n'), exit: exitCode.done };
}

async function runNeeded(context: Context, goal: 'install' | 'uninstall', folder: string) {
  const had = hadBy({
    plugins: await listed(context, listing.plugins),
    marketplaces: await listed(context, listing.marketplaces),
  });
  if (goal === 'install' && isForeign(had, folder)) throw foreign(had);
  if (goal === 'install') makeOwnFolder(join(context.settings.stateDir, reportsFolder));
  const steps = goal === 'install' ? installing(folder) : uninstalling(folder);
  const needed = steps.filter(({ isNeeded }) => isNeeded(had));
  await (goal === 'install' ? runEach(context, needed) : tryEach(context, needed));
  return needed;
}

function foreign({ folder }: Had): HostError {
  return new HostError(
    `nothing was done: Claude Code has another marketplace ${marketplace}, which this would replace`,
    {
      where: clean(folder ?? ''),
      cure: 'put the hooks into the settings instead: asm setup --hooks claude-code shows them',
    },
  );
}

function doneText(goal: 'install' | 'uninstall', taken: readonly Step[]): string {
  if (taken.length === 0) return 'nothing to change';
  return goal === 'install' ? 'Claude Code reports from its next start on' : 'taken out of Claude Code';
}

function insteadText(context: Context, settings: HooksAnswer['settings'] | null): readonly string[] {
  const path = clean(settingsOf(context));
  const instead =
    settings === null
      ? ['', `or take its hooks out of ${path}`]
      : ['', `or put this into ${path}:`, JSON.stringify(settings, null, 2)];
  return [...instead, '', 'nothing is written; with --yes these commands are run'];
}

/** A hook finds the state folder by the variable of its own agent. */
function variableText({ env, settings }: Context): readonly string[] {
  if (setVariable(env, stateVariable) === null) return [];
  return [`start your agents with ${stateVariable}=${shellQuote(settings.stateDir)} too`];
}

const stateVariable = 'AGENT_SESSIONS_MONITOR_STATE_DIR';

/** Returns the plugin's hooks for Claude's settings, with the literal path of the script. */
function fragmentOf(folder: string): HooksAnswer['settings'] & object {
  const path = join(folder, 'plugin/hooks/hooks.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError('the hooks are missing from this installation', {
      where: path,
      cure: 'install it again; in a clone: npm run build',
      cause,
    });
  }
  // It stands between double quotes of a shell, inside a text of JSON.
  const literal = JSON.stringify(join(folder, 'plugin').replaceAll(/["$`\\]/g, String.raw`\$&`)).slice(1, -1);
  const parsed = jsonIn(text.replaceAll('${CLAUDE_PLUGIN_ROOT}', () => literal));
  return isObject(parsed) ? parsed : {};
}

async function runEach(context: Context, steps: readonly Step[]): Promise<void> {
  for (const { words } of steps) await runClaude(context, words);
}

/** Runs all, though one fails, so that nothing is left of the rest. @throws the first error */
async function tryEach(context: Context, steps: readonly Step[]): Promise<void> {
  const errors: unknown[] = [];
  for (const { words } of steps) await runClaude(context, words).catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

/** Returns what Claude lists; `null`: it cannot say. */
async function listed(context: Context, words: readonly string[]): Promise<string | null> {
  const answer = await askClaude(context, words);
  return answer.kind === 'ended' && answer.code === 0 ? answer.stdout : null;
}

async function runClaude(context: Context, words: readonly string[]): Promise<void> {
  const answer = await askClaude(context, words);
  context.signal.throwIfAborted();
  if (answer.kind === 'ended' && answer.code === 0) return;
  throw new HostError(`Claude Code did not do it: ${reasonOf(answer)}`, {
    where: words.map(shellQuote).join(' '),
    cure: 'mend what it says, and run this again: what is done already is left out',
  });
}

function reasonOf(answer: ProgramAnswer): string {
  switch (answer.kind) {
    case 'ended': {
      const said = clean(answer.stderr.trim() || answer.stdout.trim()).slice(0, 300);
      return said === '' ? `it ended with ${answer.code ?? answer.signal ?? 'no code'}` : said;
    }
    case 'too late':
      return `it did not end within ${deadlineMs / 1_000} s`;
    case 'aborted':
      return 'it was broken off';
    case 'not started':
      return `it cannot be started (${answer.reason})`;
  }
}

function askClaude({ env, signal }: Context, [program = '', ...args]: readonly string[]): Promise<ProgramAnswer> {
  if (whichProgram(program, env['PATH']) === null) {
    throw new HostError('there is no claude on the PATH', { cure: 'install Claude Code, or run it without --yes' });
  }
  return callProgram(program, args, { deadlineMs, env, signal });
}
