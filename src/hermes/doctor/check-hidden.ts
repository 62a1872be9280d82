import { serverName } from '../../core/words/server-name.ts';
import { setting } from '../hermes-config.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import { words } from '../hermes-config.ts';
import type { HermesWorld } from './hermes-world.ts';

/** The tool that a worker calls without a search: the skill names it in full. */
const firstTool = 'wait_for_drift';

/** Returns the setting that hides the tools from the model; `null`: none does. */
export function hidingSetting({ config }: Pick<HermesWorld, 'config'>): string | null {
  // A name of a server among the toolsets shuts out all servers that are not named.
  const toolsets = words(config, 'platform_toolsets', 'cli');
  if (toolsets.includes('no_mcp')) return 'platform_toolsets.cli hides the MCP server: no_mcp';
  const servers = setting(config, 'mcp_servers');
  const named = toolsets.filter((name) => typeof servers === 'object' && servers !== null && name in servers);
  if (named.length > 0 && !named.includes(serverName))
    return `platform_toolsets.cli hides the MCP server: ${named.join(', ')}`;
  const filter = (list: string) => listed(setting(config, 'mcp_servers', serverName, 'tools', list));
  const [included, excluded] = [filter('include'), filter('exclude')];
  const isOut = included.length > 0 ? !included.includes(firstTool) : excluded.includes(firstTool);
  return isOut ? `mcp_servers.${serverName}.tools hides ${firstTool}` : null;
}

/** Checks Hermes' tool search, which takes the tools of MCP servers out of the model's list. */
export function checkToolSearch({ config }: Pick<HermesWorld, 'config'>): Finding {
  const id = 'hermes-tool-search';
  const cure = 'hermes config set tools.tool_search.enabled auto';
  switch (toolSearch(setting(config, 'tools', 'tool_search'))) {
    case 'on':
      return bad(id, `${config.path}: tools.tool_search is on: a worker must search for the tools before each`, cure);
    case 'off':
      return bad(
        id,
        `${config.path}: tools.tool_search is off: Hermes 0.19 is reported to lose the tools of MCP servers then ` +
          '(hermes-agent#73739)',
        cure,
      );
    case 'auto':
      return good(id, "a model sees the tools, unless all MCP servers' tools pass 10 % of its context");
  }
}

/** Reads the setting as Hermes does: `true` alone means `auto`, and so does an unknown value. */
function toolSearch(value: unknown): 'auto' | 'on' | 'off' {
  if (typeof value === 'object' && value !== null) {
    const enabled = 'enabled' in value ? String(value.enabled).trim().toLowerCase() : 'auto';
    if (['true', '1', 'yes', 'on'].includes(enabled)) return 'on';
    return ['false', '0', 'no', 'off'].includes(enabled) ? 'off' : 'auto';
  }
  return ['false', 'no', 'off'].includes(String(value).toLowerCase()) ? 'off' : 'auto';
}

function listed(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}
