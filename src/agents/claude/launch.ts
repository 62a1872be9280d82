import { idKey, isId } from '../../core/model/conversation-id.ts';
import type { Launch } from '../../core/model/evidence.ts';
import type { Process } from '../../core/model/observation.ts';
import { argumentsOf } from '../program-arguments.ts';

/** What a Claude was started for, by its arguments. `view`: `claude agents`, `claude attach`, `claude mcp`, … */
export type ClaudeLaunch = Pick<Launch, 'mode' | 'id' | 'job' | 'parent'>;

/** Reads the arguments whole: an option's value is no option, and a fork's parent is not its own conversation. */
export function launchOf({ argv }: Pick<Process, 'argv'>): ClaudeLaunch {
  const { options, words } = parsed(argumentsOf(argv));
  const [command = '', job = null] = words;
  const mode = modeOf(command, options);
  if (mode === 'view' || mode === 'daemon') return { mode, id: null, job: command === 'attach' ? job : null };
  const parent = options.has('--fork-session') ? resumedIn(options) : null;
  return { mode, id: ownId(options), job: null, ...(parent === null ? {} : { parent }) };
}

/**
 * Returns its own id: `--session-id` names it, also for a fork. A session that goes on in the background has another
 * id.
 */
function ownId(options: ReadonlyMap<string, string | null>): string | null {
  const chosen = options.get('--session-id') ?? null;
  if (chosen !== null) return isId(chosen) ? idKey(chosen) : null;
  const isOther = ['--fork-session', '--bg', '--background'].some((option) => options.has(option));
  return isOther ? null : resumedIn(options);
}

function resumedIn(options: ReadonlyMap<string, string | null>): string | null {
  const resumed = options.get('--resume') ?? options.get('-r') ?? null;
  return resumed !== null && isId(resumed) ? idKey(resumed) : null;
}

function modeOf(command: string, options: ReadonlyMap<string, string | null>): Launch['mode'] {
  if (daemons.has(command)) return 'daemon';
  if (views.has(command)) return 'view';
  if (options.has('--agent-id') || options.has('--parent-session-id')) return 'teammate';
  return options.has('-p') || options.has('--print') ? 'headless' : 'interactive';
}

function parsed(argv: readonly string[]): {
  readonly options: ReadonlyMap<string, string | null>;
  readonly words: readonly string[];
} {
  const options = new Map<string, string | null>();
  const words: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    const next = argv[index + 1];
    if (word === '--') {
      words.push(...argv.slice(index + 1));
      break;
    }
    const [, long, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    if (long !== undefined) options.set(long, value ?? null);
    else if (isWord(word)) words.push(word);
    else if (takesValue(word, next)) {
      options.set(word, next ?? null);
      index += 1;
      while (severalValued.has(word) && isWord(argv[index + 1])) index += 1;
    } else for (const option of spreadOut(word)) options.set(option, null);
  }
  return { options, words };
}

function takesValue(option: string, next: string | undefined): boolean {
  if (next === undefined) return false;
  return valued.has(option) || severalValued.has(option) || (maybeValued.has(option) && !next.startsWith('-'));
}

function isWord(text: string | undefined): text is string {
  return text !== undefined && !/^-./.test(text);
}

/** Splits joined options: `-cp` is `-c -p`. */
function spreadOut(word: string): readonly string[] {
  return /^-[a-z]{2,}$/.test(word)
    ? word
        .slice(1)
        .split('')
        .map((letter) => `-${letter}`)
    : [word];
}

const views = new Set([
  'agents',
  'attach',
  'auth',
  'auto-mode',
  'config',
  'doctor',
  'gateway',
  'import',
  'install',
  'kill',
  'logs',
  'mcp',
  'migrate-installer',
  'plugin',
  'plugins',
  'purge',
  'respawn',
  'rm',
  'setup-token',
  'stop',
  'ultrareview',
  'update',
  'upgrade',
]);

const daemons = new Set(['daemon', 'bg-pty-host', 'bg-spare']);

/** Options whose next word is always their value. */
const valued = new Set([
  '--agent',
  '--agent-color',
  '--agent-id',
  '--agent-name',
  '--agents',
  '--append-system-prompt',
  '--append-system-prompt-file',
  '--autocompact',
  '--debug-file',
  '--effort',
  '--environment',
  '--fallback-model',
  '--input-format',
  '--json-schema',
  '--max-budget-usd',
  '--max-turns',
  '--model',
  '--name',
  '--output-format',
  '--parent-session-id',
  '--permission-mode',
  '--permission-prompt-tool',
  '--permission-prompts',
  '--plugin-dir',
  '--plugin-url',
  '--remote-control-session-name-prefix',
  '--session-id',
  '--setting-sources',
  '--settings',
  '--system-prompt',
  '--system-prompt-file',
  '--system-prompt-snapshot',
  '--team-name',
  '--teammate-mode',
  '-n',
]);

/** Options whose values are all words up to the next option, at least one. */
const severalValued = new Set([
  '--add-dir',
  '--allowed-tools',
  '--allowedTools',
  '--betas',
  '--disallowed-tools',
  '--disallowedTools',
  '--file',
  '--mcp-config',
  '--tools',
]);

/** Options whose next word is their value unless it is an option. */
const maybeValued = new Set([
  '--cloud',
  '--debug',
  '--from-pr',
  '--prompt-suggestions',
  '--remote',
  '--remote-control',
  '--resume',
  '--teleport',
  '--worktree',
  '-d',
  '-r',
  '-w',
]);
