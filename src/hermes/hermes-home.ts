import { readFileSync, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { withRegular } from '../system/read-regular.ts';
import { setVariable } from '../system/set-variable.ts';

/** Where a profile of Hermes keeps its config and its skills. */
export interface HermesHome {
  /** What `HERMES_HOME` names. */
  readonly root: string;
  readonly profile: string;
  readonly folder: string;
}

export interface HermesConfig {
  /** Whatever links lead to it. */
  readonly path: string;
  readonly text: string;
}

/** @throws UsageError for a profile's name that is none */
export function hermesHome(
  { env, home }: { readonly env: Readonly<Record<string, string | undefined>>; readonly home: string },
  named: { readonly root: string | null; readonly profile: string | null },
): HermesHome {
  const root = resolve(named.root ?? setVariable(env, 'HERMES_HOME') ?? join(home, '.hermes'));
  const profile = named.profile ?? 'default';
  if (!/^[A-Za-z0-9][\w-]*$/.test(profile))
    throw new UsageError('a profile has a plain name', { where: '--profile', cure: 'hermes profile list' });
  return profileHome(root, profile);
}

export function profileHome(root: string, profile: string): HermesHome {
  return { root, profile, folder: profile === 'default' ? root : join(root, 'profiles', profile) };
}

/** `null`: there is none. @throws UsageError if it cannot be read, or is not UTF-8 */
export async function readHermesConfig({ folder }: HermesHome): Promise<HermesConfig | null> {
  const place = join(folder, 'config.yaml');
  try {
    const path = await realpath(place);
    const bytes = withRegular(path, statSync(path), (file) => readFileSync(file));
    if (bytes === null) throw new Error('it is no regular file');
    return { path, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null;
    if (code === 'ENOENT') return null;
    const other = cause instanceof Error ? cause.message : String(cause);
    const reason = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8' : String(code ?? other);
    throw new UsageError(`the config of Hermes cannot be read: ${reason}`, {
      where: place,
      cure: 'make it a file in UTF-8 that you can read',
      cause,
    });
  }
}

/** What a config that is not there says. */
export function emptyConfig({ folder }: HermesHome): HermesConfig {
  return { path: join(folder, 'config.yaml'), text: '' };
}

export function noHermesConfig({ folder }: HermesHome): UsageError {
  return new UsageError('there is no config of Hermes', {
    where: join(folder, 'config.yaml'),
    cure: 'name its home with --hermes-home, or make one: hermes setup',
  });
}

export function skillFolder({ folder }: HermesHome): string {
  return join(folder, 'skills/agent-sessions-monitor');
}
