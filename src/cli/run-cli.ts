import { defaults } from '../config/defaults.ts';
import type { Settings, SettingsSources } from '../config/settings.ts';
import { exitCode, type ExitCode } from '../errors.ts';
import type { Context, ContextOptions } from '../operations/context.ts';
import type { OpenScreen } from '../operations/screen.ts';
import { operations } from '../operations/index.ts';
import { asksForJson, commandIn } from './asked-for.ts';
import { completion } from './completion.ts';
import { readCommandLine, type Asked } from './command-line.ts';
import { failureOf, failureText, stackLines } from './failure.ts';
import { heldWarnings } from './held-warnings.ts';
import { jsonText } from './json-text.ts';
import type { TerminalOutput } from './terminal-output.ts';

/** Everything outside that a command line needs; tests give a fake. */
export interface World {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Returns the user's home folder. `--help` and `--version` never call it.
   * @throws UsageError if it is not known
   */
  readonly home: () => string;
  /** `null`: the current folder is gone. */
  readonly cwd: string | null;
  readonly program: readonly string[];
  readonly signal: AbortSignal;
  /** The monitor was asked already, and does not answer. */
  readonly hasAsked: boolean;
  readonly now: () => number;
  readonly isTerminal: boolean;
  /** Makes what opens the terminal as a screen; `null`: it cannot be one. */
  readonly screen: ((output: TerminalOutput) => OpenScreen) | null;
  readonly output: (settings: Pick<Settings, 'color' | 'logLevel'>) => TerminalOutput;
  readonly loadSettings: (sources: SettingsSources) => Promise<Settings>;
  /** Loads what a run needs; `--help` and `--version` never call it. */
  readonly openContext: (options: ContextOptions) => Promise<Context>;
}

/** Runs one command line and returns its exit code; `interrupted` if a signal came before the answer. */
export async function runCli(words: readonly string[], world: World): Promise<ExitCode | 'interrupted'> {
  // Before the words are parsed: a silent operation does not even tell of an error in the words.
  const command = commandIn(words);
  const named = operations.find(({ name }) => name === command);
  const isSilent = named?.isSilent === true;
  const json = asksForJson(words);
  let settings: Settings | null = null;
  let output = world.output({ color: false, logLevel: defaults.logLevel });
  try {
    const asked = readCommandLine(words, {
      // To tell commander of every command takes as long as to plan a small pass.
      operations: named === undefined || asksForHelp(words) ? operations : [named],
      version: world.version,
      now: world.now(),
      columns: output.columns,
    });
    if (asked.kind !== 'run') {
      await output.stdout(asked.kind === 'print' ? asked.text : completion(asked.shell, operations));
      return exitCode.done;
    }
    const { env, cwd, program } = world;
    const home = world.home();
    settings = await world.loadSettings({ flags: asked.global, env, home, cwd, program });
    output = world.output(isSilent ? { ...settings, logLevel: 'silent' } : settings);
    if (!isSilent) output.startProgress();
    return await run(asked, settings, home, output, world);
  } catch (error) {
    output.stopProgress();
    if (isSilent) return exitCode.done;
    if (world.signal.aborted && isAbort(error)) return 'interrupted';
    const failure = failureOf(error, settings?.stateDir ?? null);
    output.stderr(failureText(failure, json));
    for (const line of stackLines(error)) output.log('debug', line);
    return failure.code;
  } finally {
    output.stopProgress();
  }
}

async function run(
  { operation, input }: Extract<Asked, { kind: 'run' }>,
  settings: Settings,
  home: string,
  terminal: TerminalOutput,
  world: World,
): Promise<ExitCode> {
  const output = heldWarnings(terminal);
  if (operation.isServer === true || settings.logLevel === 'debug') output.releaseWarnings();
  const { version, env, program, signal, hasAsked } = world;
  const monitorListener = world.isTerminal && !input.json ? await terminalListener() : null;
  const screen = input.json ? null : (world.screen?.(output) ?? null);
  const ports = { output, stdin: process.stdin, monitorListener, screen };
  const context = await world.openContext({ settings, version, env, home, program, signal, hasAsked, ...ports });
  let exit: ExitCode | null = null;
  try {
    for await (const answer of operation.run(context, input)) {
      exit = answer.exit;
      // A server that keeps stdout for its protocol answers with no JSON.
      const isJson = input.json && answer.json !== undefined;
      const text = isJson ? jsonText(answer.json) : input.json ? '' : answer.text;
      if (text !== '') await output.stdout(`${text}\n`);
      // Leaving the loop ends the operation before the steps that follow once its answer was read.
      if (output.readerIsGone()) break;
    }
  } catch (error) {
    // A signal during a later pass does not change the answer that the earlier pass gave.
    if (exit === null || !signal.aborted || !isAbort(error)) throw error;
  }
  output.releaseWarnings();
  return exit ?? exitCode.done;
}

/** Makes the listener of a monitor at a terminal, with a module of Node that nothing else needs. */
async function terminalListener() {
  const [{ monitorTerminal }, { isInBackground }] = await Promise.all([
    import('./monitor-terminal.ts'),
    import('./in-background.ts'),
  ]);
  return monitorTerminal(process, isInBackground);
}

/** Decides whether help is wanted, which may be that of all commands. */
function asksForHelp(words: readonly string[]): boolean {
  return words.some((word) => word === '--help' || word === '-h');
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || isAbort(error.cause));
}
