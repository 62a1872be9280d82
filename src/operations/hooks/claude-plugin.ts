import { basename, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { statOrNull } from '../../system/if-readable.ts';
import { jsonIn } from '../../system/json.ts';
import { regularText } from '../../system/read-regular.ts';

export const marketplace = 'agent-sessions-monitor';
const pluginName = 'agent-sessions-reports';
/** The plugin with our hooks, as Claude names it. */
export const plugin = `${pluginName}@${marketplace}`;

/** What Claude has of the plugin; `null`: it does not say, as a version without these commands. */
export interface Had {
  /** The folder of the marketplace, or the kind of another source; empty: there is none. */
  readonly folder: string | null;
  readonly plugin: 'loads' | 'does not load' | 'absent' | null;
}

/** A command of Claude, as its words, and whether it would change something. */
export interface Step {
  readonly words: readonly string[];
  readonly isNeeded: (had: Had) => boolean;
}

/** Returns the commands that install the plugin from that folder. To add a folder again takes the former one's place. */
export function installing(folder: string): readonly Step[] {
  return [
    { words: ['claude', 'plugin', 'marketplace', 'add', folder], isNeeded: (had) => had.folder !== folder },
    { words: ['claude', 'plugin', 'install', plugin], isNeeded: (had) => had.plugin !== 'loads' },
  ];
}

/** Returns the commands that take the plugin out. To remove a marketplace takes out all plugins from it. */
export function uninstalling(folder: string): readonly Step[] {
  return [
    { words: ['claude', 'plugin', 'uninstall', plugin], isNeeded: (had) => had.plugin !== 'absent' },
    {
      words: ['claude', 'plugin', 'marketplace', 'remove', marketplace],
      isNeeded: (had) => had.folder !== '' && !isForeign(had, folder),
    },
  ];
}

export const listing = {
  plugins: ['claude', 'plugin', 'list', '--json'],
  marketplaces: ['claude', 'plugin', 'marketplace', 'list', '--json'],
} as const;

/**
 * Decides whether the marketplace of our name is the user's own: not of this installation, nor of a former one, whose
 * folder has our plugin or is gone with its package.
 */
export function isForeign({ folder: known }: Had, folder: string): boolean {
  if (known === null || known === '' || known === folder) return false;
  const listed = contents.safeParse(jsonIn(regularText(join(known, '.claude-plugin/marketplace.json')) ?? ''));
  const isFormer = listed.success
    ? listed.data.plugins.some(({ name }) => name === pluginName)
    : basename(known) === basename(folder) && statOrNull(known) === null;
  return !(isAbsolute(known) && isFormer);
}

const contents = z.object({ plugins: z.array(z.object({ name: z.string() })) });
const marketplaces = z.array(
  z.object({ name: z.string(), path: z.string().optional(), source: z.string().optional() }),
);
const plugins = z.array(
  z.object({
    id: z.string(),
    scope: z.string().optional(),
    enabled: z.boolean().optional(),
    errors: z.array(z.unknown()).optional(),
  }),
);

/** Reads what `listing` answers: with Claude Code 2.1.123 and 2.1.332 an array, in which a lost plugin has errors. */
export function hadBy(said: { readonly plugins: string | null; readonly marketplaces: string | null }): Had {
  const [known, listed] = [
    marketplaces.safeParse(jsonIn(said.marketplaces ?? '')),
    plugins.safeParse(jsonIn(said.plugins ?? '')),
  ];
  const own = known.data?.find(({ name }) => name === marketplace);
  // A project may name it too; only the user's own is ours.
  const one = listed.data?.find(({ id, scope = 'user' }) => id === plugin && scope === 'user');
  const loads = one?.enabled !== false && (one?.errors ?? []).length === 0;
  return {
    folder: known.success ? (own === undefined ? '' : (own.path ?? own.source ?? 'another source')) : null,
    plugin: listed.success ? (one === undefined ? 'absent' : loads ? 'loads' : 'does not load') : null,
  };
}
