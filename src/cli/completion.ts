import { logLevels } from '../config/defaults.ts';
import type { Flag, Operation } from '../operations/operation.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const globalFlags: readonly Flag[] = [
  { name: 'registry', description: 'the registry file', value: { kind: 'text', placeholder: 'path' } },
  { name: 'config', description: 'the config file', value: { kind: 'text', placeholder: 'path' } },
  {
    name: 'log-level',
    description: 'what stderr says beside a failure',
    value: { kind: 'choice', choices: logLevels },
  },
  { name: 'no-color', description: 'plain text' },
  { name: 'json', description: 'JSON on stdout' },
  { name: 'help', description: 'show help' },
  { name: 'version', description: 'show the version' },
];

/** Returns a completion script, made from the operations. */
export function completion(shell: Shell, operations: readonly Operation[]): string {
  switch (shell) {
    case 'bash':
      return bash(operations);
    case 'zsh':
      return zsh(operations);
    case 'fish':
      return fish(operations);
  }
}

function bash(operations: readonly Operation[]): string {
  const names = operations.map((operation) => operation.name);
  const values = [...operations.flatMap(({ name, flags }) => bashValues(name, flags)), ...bashValues('*', globalFlags)];
  const cases = operations.map(
    (operation) =>
      `    ${operation.name}) words='${[...choicesOf(operation), flagWords([...operation.flags, ...globalFlags])].join(' ')}' ;;`,
  );
  return `# bash completion; put it into ~/.bashrc: eval "$(asm completion bash)"
_agent_sessions_monitor() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command='' words word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${names.join('|')}|completion) command=$word; break ;; esac
  done
  case "$command $previous" in
${values.join('\n')}
  esac
  case $command in
${cases.join('\n')}
    completion) words='${shells.join(' ')} ${flagWords(globalFlags)}' ;;
    *) words='${names.join(' ')} completion ${flagWords(globalFlags)}' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _agent_sessions_monitor agent-sessions-monitor asm
`;
}

/**
 * Returns the cases of a command's flags whose values can be completed. Names of files are left to readline: it quotes
 * them, and a word of COMPREPLY goes into the line as it stands, where the shell would run a `$(...)` in it.
 */
function bashValues(command: string, flags: readonly Flag[]): readonly string[] {
  return flags.flatMap((flag) => {
    const start = `    ${command}' --${flag.name}')`;
    if (isPath(flag)) return [`${start} COMPREPLY=(); compopt -o default 2>/dev/null; return ;;`];
    if (flag.value?.kind !== 'choice') return [];
    return [`${start} COMPREPLY=($(compgen -W '${flag.value.choices.join(' ')}' -- "$current")); return ;;`];
  });
}

function zsh(operations: readonly Operation[]): string {
  const commands = operations.map((operation) => `    ${quote(`${operation.name}:${operation.summary}`)}`);
  const cases = operations.map(
    (operation) =>
      `    ${operation.name}) _arguments ${operation.flags.map(zshFlag).join(' ')} $global '*: :${zshWords(choicesOf(operation))}' ;;`,
  );
  return `#compdef agent-sessions-monitor asm
# zsh completion; put it into ~/.zshrc after compinit: source <(asm completion zsh)
_agent_sessions_monitor() {
  local -a commands global
  local command=\${words[(r)${operations.map((operation) => operation.name).join('|')}]}
  commands=(
${commands.join('\n')}
  )
  global=(${globalFlags.map(zshFlag).join(' ')})
  case $command in
${cases.join('\n')}
    *) _describe command commands; _arguments $global ;;
  esac
}
compdef _agent_sessions_monitor agent-sessions-monitor asm
`;
}

function fish(operations: readonly Operation[]): string {
  const lines = ['agent-sessions-monitor', 'asm'].flatMap((program) => [
    `complete -c ${program} -f`,
    ...globalFlags.map((flag) => `complete -c ${program} ${fishFlag(flag)}`),
    ...operations.flatMap(({ name, summary, flags, argument }) => [
      `complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
      ...(argument?.choices ?? []).map(
        (word) => `complete -c ${program} -n '__fish_seen_subcommand_from ${name}' -a ${word}`,
      ),
      ...flags.map((flag) => `complete -c ${program} -n '__fish_seen_subcommand_from ${name}' ${fishFlag(flag)}`),
    ]),
  ]);
  return `# fish completion: asm completion fish > ~/.config/fish/completions/asm.fish\n${lines.join('\n')}\n`;
}

function choicesOf({ argument }: Operation): readonly string[] {
  return argument?.choices ?? [];
}

function zshWords(choices: readonly string[]): string {
  return choices.length === 0 ? '' : `(${choices.join(' ')})`;
}

function zshFlag(flag: Flag): string {
  const { name, description, value } = flag;
  const text = description.replaceAll(/[[\]:]/g, ' ');
  if (value === undefined) return quote(`--${name}[${text}]`);
  return quote(
    `--${name}[${text}]:${value.kind}:${value.kind === 'choice' ? `(${value.choices.join(' ')})` : isPath(flag) ? '_files' : ' '}`,
  );
}

function fishFlag(flag: Flag): string {
  const { name, description, value } = flag;
  const words = value?.kind === 'choice' ? ` -x -a ${quote(value.choices.join(' '))}` : '';
  const argument = value === undefined || words !== '' ? words : isPath(flag) ? ' -r -F' : ' -x';
  return `-l ${name}${argument} -d ${quote(description)}`;
}

function isPath({ value }: Flag): boolean {
  return value?.kind === 'text' && ['path', 'file', 'dir'].includes(value.placeholder);
}

function flagWords(flags: readonly Flag[]): string {
  return flags.map((flag) => `--${flag.name}`).join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
