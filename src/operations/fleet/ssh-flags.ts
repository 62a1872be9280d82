import { clean } from '../../core/words/text.ts';
import { UsageError } from '../../errors.ts';
import type { SshAsk } from '../context.ts';
import { textOf, type Flag, type Input } from '../operation.ts';

/** The flags that name hosts to ask over ssh. */
export const sshFlags: readonly Flag[] = [
  {
    name: 'ssh',
    description: 'ask these hosts over ssh, without a broker: names of your ssh config, or user@host',
    value: { kind: 'text', placeholder: 'host,host' },
  },
  {
    name: 'remote',
    description: 'with --ssh: the command line of this program there (default: asm)',
    value: { kind: 'text', placeholder: 'command' },
  },
  {
    name: 'ssh-config',
    description: 'with --ssh: the file that ssh reads in place of its own config',
    value: { kind: 'text', placeholder: 'file' },
  },
];

/**
 * Returns whom to ask; `null`: no host is named.
 * @throws UsageError for a name that `ssh` would not take for one, and for flags that mean nothing without `--ssh`
 */
export function sshIn(input: Input, command: string): SshAsk | null {
  const list = textOf(input, 'ssh');
  if (list !== null) {
    return { hosts: hostsIn(list), remote: textOf(input, 'remote') ?? 'asm', config: textOf(input, 'ssh-config') };
  }
  for (const flag of ['remote', 'ssh-config']) {
    if (textOf(input, flag) !== null)
      throw new UsageError(`--${flag} belongs to --ssh`, { cure: `\`asm ${command} --help\` shows what it takes` });
  }
  return null;
}

/** Reads the hosts of a list that is parted by commas. */
function hostsIn(list: string): readonly string[] {
  const hosts = [...new Set(list.split(',').map((host) => host.trim()))];
  for (const host of hosts) {
    if (/^[^-\s\p{C}][^\s\p{C}]*$/u.test(host)) continue;
    throw new UsageError(`'${clean(host)}' is no name of a host`, { cure: 'name them so: --ssh lab1,me@lab2' });
  }
  return hosts;
}
