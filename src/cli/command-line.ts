import { Command, CommanderError, Option } from 'commander';
import { logLevels } from '../config/defaults.ts';
import { UsageError } from '../errors.ts';
import type { Input, Operation } from '../operations/operation.ts';
import { commandIn } from './asked-for.ts';
import { shells, type Shell } from './completion.ts';
import { parseValue, placeholder } from './parse-value.ts';

export interface GlobalFlags {
  readonly registry?: string;
  readonly config?: string;
  readonly logLevel?: (typeof logLevels)[number];
  readonly color?: boolean;
}

/** What the command line asks for. */
export type Asked =
  | { readonly kind: 'run'; readonly operation: Operation; readonly input: Input; readonly global: GlobalFlags }
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'completion'; readonly shell: Shell };

/**
 * Reads the words of a command line.
 * @throws UsageError for an unknown flag or command, or a wrong value.
 */
export function readCommandLine(
  words: readonly string[],
  options: { operations: readonly Operation[]; version: string; now: number; columns: number },
): Asked {
  let asked: Asked | null = null;
  let printed = '';
  const program = new Command('agent-sessions-monitor')
    .description('Keeps the registry of your tmux coding-agent sessions true, and tells you what drifted.')
    .version(options.version, '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .addOption(pathOption('registry', 'the registry file', options.now))
    .addOption(pathOption('config', 'the config file', options.now))
    .addOption(new Option('--log-level <level>', 'what stderr says beside a failure').choices(logLevels))
    .option('--no-color', 'plain text')
    .option('--json', 'JSON on stdout: one document, or one per line where the command keeps running')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => (printed += text),
      writeErr: () => undefined,
      getOutHelpWidth: () => options.columns,
    });
  for (const operation of options.operations) {
    addCommand(program, operation, options.now, (run) => (asked = run));
  }
  const completion = program.command('completion').description('completion script for a shell');
  completion.argument('<shell>', shells.join(', ')).action((name: string) => {
    const shell = shells.find((one) => one === name);
    if (shell === undefined)
      throw new UsageError(`there is no completion for that shell`, { cure: `it is one of ${shells.join(', ')}` });
    asked = { kind: 'completion', shell };
  });
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const about = helpAsked(error, words, program);
    // Of a command that there is not, help says what is said without the word for help.
    if (about !== undefined && !program.commands.some((command) => command.name() === about)) {
      return readCommandLine([about], options);
    }
    if (error.exitCode === 0) return { kind: 'print', text: printed };
    if (error.code === 'commander.help') {
      const cure = '`asm --help` lists the commands; `asm monitor` is the main one';
      throw new UsageError('no command was given', { cure, cause: error });
    }
    throw usageError(error, words, options.operations);
  }
  return asked ?? { kind: 'print', text: printed };
}

/** Returns the command of which help was wanted; `undefined`: none was named, or no help was wanted. */
function helpAsked({ code }: CommanderError, words: readonly string[], { args }: Command): string | undefined {
  if (code === 'commander.help') return args[1];
  return code === 'commander.helpDisplayed' ? commandIn(words) : undefined;
}

/** Refuses an empty path: it comes from a variable that is not set, and would mean the current folder. */
function pathOption(name: string, description: string, now: number): Option {
  const flag = { name, description, value: { kind: 'text', placeholder: 'path' } } as const;
  return new Option(`--${name} <path>`, description).argParser((text) => parseValue(flag, text, now));
}

function addCommand(program: Command, operation: Operation, now: number, ask: (run: Asked) => void): void {
  const command = program.command(operation.name).summary(operation.summary);
  command
    .description([operation.summary, operation.description].filter(Boolean).join('\n\n'))
    .helpOption('-h, --help', 'show help');
  const { argument } = operation;
  if (argument !== undefined) {
    const name = argument.variadic === true ? `${argument.name}...` : argument.name;
    const isRequired = argument.required && argument.unless === undefined;
    command.argument(isRequired ? `<${name}>` : `[${name}]`, argument.description);
  }
  for (const flag of operation.flags) {
    const value = flag.value === undefined ? '' : ` ${placeholder(flag.value)}`;
    command.option(`--${flag.name}${value}`, flag.description);
  }
  command.action(() => {
    const given = command.opts();
    const values: Record<string, string | number | boolean> = {};
    for (const flag of operation.flags) {
      const value: unknown = given[attributeName(flag.name)];
      if (value === true) values[flag.name] = true;
      if (typeof value === 'string') values[flag.name] = parseValue(flag, value, now);
    }
    const mayLeaveOut = argument?.unless?.some((flag) => values[flag] !== undefined) ?? argument?.required !== true;
    // As commander itself says it of an argument that is always required.
    if (command.args.length === 0 && !mayLeaveOut)
      command.error(`error: missing required argument '${argument?.name}'`);
    const global = program.opts<GlobalFlags & { json?: boolean }>();
    const json = global.json === true || values['emit-diff'] === true;
    ask({ kind: 'run', operation, input: { words: command.args, values, json }, global });
  });
}

/** Returns the name under which commander keeps `--dry-run`: `dryRun`. */
function attributeName(flag: string): string {
  return flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function usageError(error: CommanderError, words: readonly string[], operations: readonly Operation[]): UsageError {
  const [message = '', hint] = error.message.replace(/^error: /, '').split('\n');
  const command = operations.find((operation) => words.includes(operation.name));
  const help =
    command === undefined ? '`asm --help` lists what there is' : `\`asm ${command.name} --help\` shows what it takes`;
  const meant = /Did you mean (.*)\?/.exec(hint ?? '')?.[1];
  return new UsageError(message, { cure: meant === undefined ? help : `did you mean ${meant}? ${help}`, cause: error });
}
