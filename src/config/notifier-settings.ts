import { usualNotices } from './defaults.ts';
import type { Config } from './schema.ts';

/** One notifier. Addresses, and the files of secrets, are never logged and never shown. */
export type NotifierSettings = ReturnType<typeof notifierSettings>;

/** Resolves the paths of a notifier's files. */
export function notifierSettings(given: NonNullable<Config['notify']>[number], fromFile: (path: string) => string) {
  const file = (path: string | undefined): string | null => (path === undefined ? null : fromFile(path));
  const { name = given.kind, on = usualNotices, workspaces = null, quiet_hours: quietHours = null } = given;
  const common = { name, on, workspaces, quietHours };
  switch (given.kind) {
    case 'desktop':
      return { kind: given.kind, ...common };
    case 'ntfy':
      return {
        kind: given.kind,
        ...common,
        url: given.url ?? null,
        urlFile: file(given.url_file),
        tokenFile: file(given.token_file),
      };
    case 'webhook':
      return {
        kind: given.kind,
        ...common,
        url: given.url ?? null,
        urlFile: file(given.url_file),
        tokenFile: file(given.token_file),
        secretFile: file(given.secret_file),
        format: given.format ?? 'json',
      };
    case 'hermes':
      return { kind: given.kind, ...common, to: given.to };
    case 'command':
      return { kind: given.kind, ...common, argv: given.argv };
  }
}
