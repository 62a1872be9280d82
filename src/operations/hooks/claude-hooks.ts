import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clean, shellQuote } from '../../core/words/text.ts';
import { exitCode, UsageError } from '../../errors.ts';
import { reportsFolder } from '../../observe/reports/reports.ts';
import { callProgram } from '../../system/call-program.ts';
import { isObject, jsonIn } from '../../system/json.ts';
import { whichProgram } from '../../system/missing-program.ts';
import { makeOwnFolder } from '../../system/own-folder.ts';
import type { HooksAnswer } from '../answers/hooks.ts';
import type { Context } from '../context.ts';
import type { Answer } from '../operation.ts';

const marketplace = 'agent-sessions-monitor';
const plugin = `agent-sessions-reports@${marketplace}`;
/** Each of Claude's commands takes a fraction of a second; ms. */
const deadlineMs = 60_000;

/**
 * Installs the plugin with the hooks into Claude Code by Claude's own commands, or takes it out again. Without `run` it
 * only shows the commands, and what to put into `settings.json` instead.
 * @throws UsageError if there is no Claude, or it refuses
 */
export async function claudeHooks(
  context: Context,
  { goal, run }: { readonly goal: 'install' | 'uninstall'; readonly run: boolean },
): Promise<Answer<HooksAnswer>> {
  const folder = join(dirname(context.program.at(-1) ?? ''), 'claude-code');
  const commands = goal === 'install' ? installing(folder) : uninstalling;
  const lines = commands.map((words) => words.map(shellQuote).join(' '));
  const settings = goal === 'install' ? fragmentOf(folder) : null;
  const json = { commands: commands.map((words) => [...words]), ran: run, ...(settings === null ? {} : { settings }) };
  if (!run) {
    const instead =
      settings === null
        ? ['', 'or take its hooks out of ~/.claude/settings.json']
        : ['', 'or put this into ~/.claude/settings.json:', JSON.stringify(settings, null, 2)];
    const text = [...lines, ...instead, '', 'with --yes these commands are run'].join('\n');
    return { json, text, exit: exitCode.done };
  }
  if (goal === 'install') makeOwnFolder(join(context.settings.stateDir, reportsFolder));
  await (goal === 'install' ? runEach(context, commands) : tryEach(context, commands));
  const said = goal === 'install' ? 'Claude Code reports from its next start on' : 'taken out of Claude Code';
  return { json, text: [...lines, said].join('\n'), exit: exitCode.done };
}

function installing(folder: string): readonly (readonly string[])[] {
  return [
    ['claude', 'plugin', 'marketplace', 'add', folder],
    ['claude', 'plugin', 'install', plugin],
  ];
}

const uninstalling: readonly (readonly string[])[] = [
  ['claude', 'plugin', 'uninstall', plugin],
  ['claude', 'plugin', 'marketplace', 'remove', marketplace],
];

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

async function runEach(context: Context, commands: readonly (readonly string[])[]): Promise<void> {
  for (const words of commands) await runClaude(context, words);
}

/** Runs all, because the user may have taken a part out already. @throws the first error */
async function tryEach(context: Context, commands: readonly (readonly string[])[]): Promise<void> {
  const errors: unknown[] = [];
  for (const words of commands) await runClaude(context, words).catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

async function runClaude({ env, signal }: Context, [program = '', ...args]: readonly string[]): Promise<void> {
  if (whichProgram(program, env['PATH']) === null) {
    throw new UsageError('there is no claude in PATH', { cure: 'install Claude Code, or run it without --yes' });
  }
  const answer = await callProgram(program, args, { deadlineMs, env, signal });
  if (answer.kind === 'ended' && answer.code === 0) return;
  const why = answer.kind === 'ended' ? clean(answer.stderr.trim() || answer.stdout.trim()).slice(0, 300) : answer.kind;
  throw new UsageError(`claude ${args.join(' ')}: ${why}`, { cure: 'try the command by hand' });
}
