import type { Process } from '../model/observation.ts';

/**
 * Decides whether a process is a shell that waits for its user: `-bash`, `/usr/bin/zsh -l`, `bash --rcfile F -i`.
 * With `-c`, or with a script, it is a program like any other.
 */
export function isInteractiveShell({ argv, exe }: Pick<Process, 'argv' | 'exe'>): boolean {
  const [first = '', ...rest] = argv[0] === '' || argv.length === 0 ? [exe ?? ''] : argv;
  const isMany = nameOf(first) === 'busybox';
  const words = isMany ? rest.slice(1) : rest;
  const name = nameOf(isMany ? (rest[0] ?? '') : first);
  const options = shells.get(name);
  return options !== undefined && hasOnlyOptions(words, options);
}

/** Decides whether a command is a shell: `-bash`, `/usr/bin/zsh`, `fish`. */
export function isShell(command: string): boolean {
  return shells.has(nameOf(command));
}

function nameOf(command: string): string {
  return (command.split('/').at(-1) ?? '').replace(/^-/, '');
}

function hasOnlyOptions(words: readonly string[], withValue: RegExp): boolean {
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    // A script follows `--` or a lone `-`.
    if (word === '--' || word === '-') return rest.length === 0;
    if (!/^[-+]/.test(word) || runsCommand(word)) return false;
    if (withValue.test(word)) rest.shift();
  }
  return true;
}

/** Decides whether a word is `-c`, also among other letters (`-lc`), or one of its long forms. */
function runsCommand(word: string): boolean {
  return /^-(?!-)[A-Za-z]*c[A-Za-z]*$/.test(word) || /^--?(command|commands)(=|$)/.test(word);
}

/** Options whose next word is their value, by shell. */
const posix = /^([-+][A-Za-z]*[oO]|--(rcfile|init-file))$/;
const zsh = /^([-+][A-Za-z]*o|--emulate)$/;
const fish = /^(-[CdDfop]|--(init-command|debug|debug-output|features|profile|profile-startup))$/;
const nu = /^(-[eIm]|--(config|env-config|execute|include-path|plugin-config|plugins|log-level|table-mode))$/;
const none = /(?!)/;

const shells = new Map<string, RegExp>([
  ...['ash', 'bash', 'dash', 'ksh', 'ksh93', 'mksh', 'oksh', 'rbash', 'sh', 'yash'].map(
    (name) => [name, posix] as const,
  ),
  ['zsh', zsh],
  ['rzsh', zsh],
  ['fish', fish],
  ['nu', nu],
  ...['csh', 'elvish', 'tcsh', 'xonsh'].map((name) => [name, none] as const),
]);

/** The names of all known shells. */
export const shellNames: readonly string[] = [...shells.keys()];
