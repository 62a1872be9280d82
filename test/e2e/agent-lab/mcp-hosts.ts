import type { installed } from './installed.ts';

export const server = 'agent_sessions_monitor';

interface Asking {
  /** The tool that may be called, as the host names it. */
  readonly tool: string;
  /** Of the scripted model. */
  readonly url: string;
}

/** A host, what the doctor says of it, and how its model is asked. Its settings come from outside: its HOME is empty. */
export interface Host {
  readonly name: Parameters<typeof installed>[0];
  readonly sees: string;
  readonly tool: (name: string) => string;
  readonly ask: (prompt: string, options: Asking) => readonly [program: string, ...words: string[]];
}

export const hosts: readonly Host[] = [
  {
    name: 'claude-code',
    sees: 'ok   Claude Code is connected to it',
    tool: (name) => `mcp__${server}__${name}`,
    ask: (prompt, { tool }) => ['claude', '-p', prompt, '--allowedTools', tool],
  },
  {
    name: 'codex',
    sees: 'ok   Codex CLI sees its 7 tools',
    tool: (name) => `mcp__${server}__${name}`,
    ask: (prompt, { url }) => ['codex', 'exec', '--skip-git-repo-check', ...codexSettings(url), prompt],
  },
  {
    name: 'gemini',
    sees: 'ok   Gemini CLI is connected to it',
    tool: (name) => `mcp_${server}_${name}`,
    ask: (prompt) => ['gemini', '-m', 'gemini-2.5-flash', '--approval-mode', 'yolo', '-p', prompt],
  },
  {
    name: 'opencode',
    sees: 'ok   opencode is connected to it',
    tool: (name) => `${server}_${name}`,
    ask: (prompt) => ['opencode', 'run', prompt],
  },
  {
    name: 'copilot',
    sees: 'ok   the MCP server showed its 7 tools',
    tool: (name) => `${server}-${name}`,
    ask: (prompt) => ['copilot', '--allow-all-tools', '-p', prompt],
  },
];

/** Returns what makes a host speak with the scripted model, and with nothing else; Codex gets it as words. */
export function environmentOf(url: string): Record<string, string> {
  const options = { baseURL: `${url}/v1`, apiKey: 'dummy' };
  const provider = { npm: '@ai-sdk/openai-compatible', name: 'scripted', options, models: { scripted: {} } };
  const opencode = { provider: { scripted: provider }, model: 'scripted/scripted', small_model: 'scripted/scripted' };
  return {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'dummy',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    SCRIPTED_KEY: 'dummy',
    GEMINI_API_KEY: 'dummy',
    GOOGLE_GEMINI_BASE_URL: url,
    GEMINI_CLI_TRUST_WORKSPACE: 'true',
    OPENCODE_CONFIG_CONTENT: JSON.stringify(opencode),
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    COPILOT_AUTO_UPDATE: 'false',
    COPILOT_OFFLINE: 'true',
    COPILOT_MODEL: 'scripted',
    COPILOT_PROVIDER_API_KEY: 'dummy',
    COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
  };
}

function codexSettings(url: string): readonly string[] {
  const settings = {
    model: '"scripted"',
    model_provider: '"scripted"',
    'model_providers.scripted.name': '"scripted"',
    'model_providers.scripted.base_url': `"${url}/v1"`,
    'model_providers.scripted.wire_api': '"responses"',
    'model_providers.scripted.env_key': '"SCRIPTED_KEY"',
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}
