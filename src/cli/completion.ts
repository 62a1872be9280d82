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
  const choices = choiceFlags(operations).map(
    ([flag, words]) => `    --${flag}) COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$current")); return ;;`,
  );
  const cases = operations.map(
    (operation) =>
      `    ${operation.name}) words='${[...choicesOf(operation), flagWords([...operation.flags, ...globalFlags])].join(' ')}' ;;`,
  );
  return `# bash completion; put it into ~/.bashrc: eval "$(asm completion bash)"
_agent_sessions_monitor() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command='' words word
  case $previous in
    --registry|--config) COMPREPLY=($(compgen -f -- "$current")); return ;;
${choices.join('\n')}
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${names.join('|')}|completion) command=$word; break ;; esac
  done
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

function zshFlag({ name, description, value }: Flag): string {
  const text = description.replaceAll(/[[\]:]/g, ' ');
  if (value === undefined) return quote(`--${name}[${text}]`);
  return quote(
    `--${name}[${text}]:${value.kind}:${value.kind === 'choice' ? `(${value.choices.join(' ')})` : isPath(name) ? '_files' : ' '}`,
  );
}

function fishFlag({ name, description, value }: Flag): string {
  const words = value?.kind === 'choice' ? ` -x -a ${quote(value.choices.join(' '))}` : '';
  const argument = value === undefined || words !== '' ? words : isPath(name) ? ' -r -F' : ' -x';
  return `-l ${name}${argument} -d ${quote(description)}`;
}

function isPath(flag: string): boolean {
  return flag === 'registry' || flag === 'config';
}

function choiceFlags(operations: readonly Operation[]): readonly (readonly [string, readonly string[]])[] {
  const all = [...operations.flatMap((operation) => operation.flags), ...globalFlags];
  return all.flatMap((flag) => (flag.value?.kind === 'choice' ? [[flag.name, flag.value.choices] as const] : []));
}

function flagWords(flags: readonly Flag[]): string {
  return flags.map((flag) => `--${flag.name}`).join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
