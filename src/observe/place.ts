import { execFileSync } from 'node:child_process';
import type { Place } from '../core/model/observation.ts';
import { readLink, readText } from '../system/if-readable.ts';
import { readBootId, readStat } from '../system/proc-files.ts';
import { sharedFileSystem } from '../system/shared-file-system.ts';
import { shortHash } from '../system/hash.ts';
import { withoutSecrets } from '../system/secret-variables.ts';

/** The kernel's number of its first PID namespace (PROC_PID_INIT_INO in include/linux/proc_ns.h). */
const firstPidNamespace = 'pid:[4026531836]';

/**
 * Returns the place of this process: the machine, and its PID namespace unless that is the machine's first one. An
 * unreadable source says nothing. `bootId` names the machine's boot if the place is the machine itself.
 * @param folders folders that other places may read too: the home, and the registry's
 */
export function readPlace(options: {
  readonly host: string;
  readonly folders: readonly string[];
  readonly platform?: NodeJS.Platform;
}): Place & { readonly bootId: string | null } {
  const platform = options.platform ?? process.platform;
  const namespace = platform === 'linux' ? ownNamespace() : null;
  return {
    id: placeId(options.host, platform),
    borrowed: platform === 'linux' ? borrowed(namespace, options.folders) : null,
    bootId: namespace === null ? readBootId() : null,
  };
}

/** Returns the id of the place of this process alone. */
export function placeId(host: string, platform: NodeJS.Platform = process.platform): string {
  const machine = machineId(platform) ?? `host ${host.toLowerCase()}`;
  const namespace = platform === 'linux' ? ownNamespace() : null;
  return shortHash(namespace === null ? machine : `${machine} ${namespace}`);
}

function machineId(platform: NodeJS.Platform): string | null {
  if (platform === 'darwin') return hardwareUuid();
  const texts = ['/etc/machine-id', '/var/lib/dbus/machine-id'].map(readText);
  return texts.map((text) => text?.trim() ?? '').find((text) => /^[0-9a-f]{32}$/i.test(text)) ?? null;
}

function hardwareUuid(): string | null {
  try {
    const options = { encoding: 'utf8', timeout: 2_000, env: withoutSecrets(process.env) } as const;
    return execFileSync('/usr/sbin/sysctl', ['-n', 'kern.uuid'], options).trim() || null;
  } catch {
    return null;
  }
}

/** Names this PID namespace. Its number may be used again once it is gone; the start of its first process is added. */
function ownNamespace(): string | null {
  const namespace = readLink('/proc/self/ns/pid');
  if (namespace === null || namespace === firstPidNamespace) return null;
  return `${namespace} ${readStat(1)?.start ?? ''}`;
}

function borrowed(namespace: string | null, folders: readonly string[]): string | null {
  if (namespace !== null) return 'the PID namespace is not the first of the machine (a container?)';
  if (hasOwnMounts()) return 'the mount namespace is not that of process 1 (a container, or a unit with PrivateTmp=?)';
  const shared = folders.map((folder) => [folder, sharedFileSystem(folder)] as const).find(([, kind]) => kind !== null);
  return shared === undefined ? null : `${shared[0]} is on ${shared[1]}, which other machines may share`;
}

/**
 * Decides whether this process has a mount namespace of its own. Only the owner of process 1 may read its namespaces,
 * but every user may read its mounts. A mount belongs to one namespace and has a number of its own, so two lists
 * without a common number are of two namespaces.
 */
function hasOwnMounts(): boolean {
  const [own, first] = [readLink('/proc/self/ns/mnt'), readLink('/proc/1/ns/mnt')];
  if (own !== null && first !== null) return own !== first;
  const [mounts, firstMounts] = [mountNumbers('self'), mountNumbers('1')];
  return mounts.size > 0 && firstMounts.size > 0 && [...mounts].every((number) => !firstMounts.has(number));
}

function mountNumbers(pid: string): ReadonlySet<string> {
  const lines = (readText(`/proc/${pid}/mountinfo`) ?? '').split('\n');
  return new Set(lines.map((line) => line.split(' ', 1)[0] ?? '').filter((number) => number !== ''));
}
