import { bad, good, type Finding } from '../../system/finding.ts';
import { statOrNull } from '../../system/if-readable.ts';
import type { Context } from '../context.ts';
import { claudeRoot, pluginByFiles, settingsWithHooks } from '../hooks/claude-settings.ts';

const install = 'asm setup --hooks claude-code --yes';

/** Says whether Claude Code reports by itself; nothing on a host without it. That it does not is the user's choice. */
export function checkHooks(context: Pick<Context, 'env' | 'home'>): readonly Finding[] {
  if (statOrNull(claudeRoot(context)) === null) return [];
  const settings = settingsWithHooks(context);
  switch (pluginByFiles(context)) {
    case 'loads':
      return [good('hooks', `Claude Code reports by its plugin${settings === null ? '' : `, and by ${settings}`}`)];
    case 'does not load':
      return [bad('hooks', 'Claude Code: its plugin that reports does not load', install)];
    case 'off':
      return [
        good(
          'hooks',
          settings === null ? `Claude Code does not report: ${install}` : `Claude Code reports by ${settings}`,
        ),
      ];
  }
}
