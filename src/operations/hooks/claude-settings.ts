import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { rootVariable, usualClaudeRoot } from '../../agents/claude/claude-process.ts';
import { isObject, readJson } from '../../system/json.ts';
import { regularText } from '../../system/read-regular.ts';
import { setVariable } from '../../system/set-variable.ts';
import type { Context } from '../context.ts';
import { plugin } from './claude-plugin.ts';

/** The user's settings may hold much; bytes. */
const longestSettings = 4 << 20;
/** The script of our hooks, below the folder of the installation. */
export const scriptPath = 'plugin/hooks/report.sh';

/** Returns Claude's folder, as a Claude would find it that starts from this shell. */
export function claudeRoot({ env, home }: Pick<Context, 'env' | 'home'>): string {
  return setVariable(env, rootVariable) ?? usualClaudeRoot(home);
}

/** Returns the path of Claude's settings, if the hooks themselves stand there, without the plugin. */
export function settingsWithHooks(context: Pick<Context, 'env' | 'home'>): string | null {
  const path = settingsOf(context);
  return regularText(path, longestSettings)?.includes(`claude-code/${scriptPath}`) === true ? path : null;
}

export function settingsOf(context: Pick<Context, 'env' | 'home'>): string {
  return join(claudeRoot(context), 'settings.json');
}

/**
 * Decides by Claude's own files whether the plugin is turned on, and would load: where its marketplace is a folder that is
 * gone, it does not (Claude Code 2.1.123 and 2.1.332).
 */
export function pluginByFiles(context: Pick<Context, 'env' | 'home'>): 'off' | 'loads' | 'does not load' {
  const enabled = readJson(settingsOf(context), (value) => within(value, 'enabledPlugins', plugin), longestSettings);
  if (enabled !== true) return 'off';
  const path = join(claudeRoot(context), 'plugins/known_marketplaces.json');
  const [, name = ''] = plugin.split('@');
  const folder = readJson(path, (value) => within(value, name, 'installLocation'), longestSettings);
  return typeof folder === 'string' && existsSync(join(folder, scriptPath)) ? 'loads' : 'does not load';
}

function within(value: unknown, key: string, below: string): unknown {
  const inner = isObject(value) ? value[key] : undefined;
  return isObject(inner) ? inner[below] : undefined;
}
