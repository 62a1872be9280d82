import { modelCallsInTurn, type HermesConfig } from '../hermes-config.ts';
import type { ServerEntry } from '../server-entry.ts';
import { fewerCallsInTurn } from '../turns.ts';
import { setVariable } from '../../system/set-variable.ts';
import type { HermesContext } from '../hermes-home.ts';

type Variables = Readonly<Record<string, string>>;

/** Hermes fills these from the worker's environment. An unset one stays `${NAME}`, and counts as not set. */
const fromWorker = [
  'HERMES_HOME',
  'HERMES_PROFILE',
  'HERMES_KANBAN_TASK',
  'HERMES_KANBAN_BOARD',
  'HERMES_KANBAN_DB',
  'HERMES_KANBAN_RUN_ID',
  'TMUX',
  // Names only, never their values: a config is no place for secrets.
  'AGENT_SESSIONS_MQTT_URL',
  'AGENT_SESSIONS_MQTT_USER',
  'AGENT_SESSIONS_MQTT_PASSWORD',
];

/** How long a call of `wait_for_drift` waits: longer than by default, and shorter than the entry's time-out; s. */
export const waitSecondsOfEntry = 540;

/** Returns the MCP server as a worker of that profile of Hermes starts it. */
export function hermesEntry(context: HermesContext, config: HermesConfig): ServerEntry {
  const calls = fewerCallsInTurn(modelCallsInTurn(config));
  const templates = Object.fromEntries([...fromWorker, ...sharedFolders(context)].map((name) => [name, `\${${name}}`]));
  return {
    ...clientEntry(context),
    timeout: 600,
    env: {
      ...templates,
      ...sharedMemory(context),
      AGENT_SESSIONS_WAIT_SECONDS: String(waitSecondsOfEntry),
      ...(calls === null ? {} : { AGENT_SESSIONS_TURN_CALLS: String(calls) }),
    },
  };
}

/** Returns the MCP server as any other host starts it. */
export function clientEntry(context: HermesContext): Omit<ServerEntry, 'timeout'> {
  const [command = process.execPath, ...args] = context.program;
  return { command, args: [...args, 'mcp'], env: sharedMemory(context) };
}

/** Returns the variables by which another process of this program finds the same registry, state and memory. */
export function sharedMemory(context: HermesContext): Variables {
  const { settings, env } = context;
  const folders = sharedFolders(context).flatMap((name) => {
    const value = setVariable(env, name);
    return value === null ? [] : [[name, value]];
  });
  return {
    ...Object.fromEntries(folders),
    AGENT_SESSIONS_YAML: settings.registry.path,
    AGENT_SESSIONS_MONITOR_STATE_DIR: settings.stateDir,
    ...(settings.configPath === null ? {} : { AGENT_SESSIONS_MONITOR_CONFIG: settings.configPath }),
  };
}

/** Returns the variables of the folders that the shell and the worker must agree on. */
function sharedFolders({ settings }: HermesContext): readonly string[] {
  return ['TMUX_TMPDIR', ...settings.agentVariables, 'XDG_CONFIG_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME'];
}
