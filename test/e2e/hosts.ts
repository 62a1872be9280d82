import { spawnSync } from 'node:child_process';

/** A second network, with one wire to the machine's own. */
export interface Network {
  /** The machine's end of the wire, as it is reached from inside. */
  readonly outside: string;
  /** The words that run a program inside, in the same process. */
  readonly enter: readonly string[];
  close(): void;
}

/** Makes a second network; `null` where the machine does not allow it. */
export function openNetwork(): Network | null {
  const name = `asm${process.pid}`;
  // These addresses are reserved for tests of networks (RFC 2544).
  const subnet = `198.18.${process.pid % 250}`;
  if (!ip('netns', 'add', name)) return null;
  const close = (): void => void ip('netns', 'del', name);
  const isLaid =
    ip('link', 'add', `${name}o`, 'type', 'veth', 'peer', 'name', `${name}i`, 'netns', name) &&
    ip('addr', 'add', `${subnet}.1/24`, 'dev', `${name}o`) &&
    ip('link', 'set', `${name}o`, 'up') &&
    ip('-n', name, 'addr', 'add', `${subnet}.2/24`, 'dev', `${name}i`) &&
    ip('-n', name, 'link', 'set', `${name}i`, 'up');
  if (isLaid) return { outside: `${subnet}.1`, enter: ['ip', 'netns', 'exec', name], close };
  close();
  return null;
}

/** Returns the words that run a program on a host of that name, in the same process. */
export function asHost(name: string, words: readonly string[]): readonly string[] {
  const mapped = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  return ['unshare', ...mapped, '--uts', 'sh', '-c', 'hostname "$0" && exec "$@"', name, ...words];
}

function ip(...words: readonly string[]): boolean {
  return spawnSync('ip', words, { stdio: 'ignore' }).status === 0;
}
