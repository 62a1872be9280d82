import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { readRegular } from '../system/read-regular.ts';
import { setVariable } from '../system/set-variable.ts';
import { brokerUrlExpected, isBrokerUrl } from './broker-url.ts';
import { defaults } from './defaults.ts';
import type { Config } from './schema.ts';
import type { Settings } from './settings.ts';
import { codeOf, saysAbsent } from '../system/errno.ts';

export interface SettingsSources {
  readonly flags: {
    readonly registry?: string;
    readonly config?: string;
    readonly logLevel?: Settings['logLevel'];
    readonly color?: boolean;
  };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
}

/**
 * Resolves flags, environment, config file and defaults, in this order. Reads the config file only.
 * @throws UsageError if the config file is wrong, or was named and cannot be read.
 */
export async function loadSettings(sources: SettingsSources): Promise<Settings> {
  const { flags, env, home, cwd } = sources;
  const { config, path: configPath, isRead } = await readConfig(sources);
  const folder = dirname(configPath);
  const fromShell = (path: string) => expand(path, home, cwd);
  const fromFile = (path: string) => expand(path, home, folder);
  const xdg = (name: string, fallback: string) => {
    const value = env[name];
    // The XDG specification: a relative path there is to be ignored.
    return value !== undefined && isAbsolute(value) ? value : join(home, fallback);
  };
  const stateHome = xdg('XDG_STATE_HOME', '.local/state');
  const named = flags.registry ?? set(env, 'AGENT_SESSIONS_YAML');
  const registry = named === undefined ? fromFile(config.registry?.path ?? defaults.registry) : fromShell(named);
  const stateDir = set(env, 'AGENT_SESSIONS_MONITOR_STATE_DIR');
  return {
    configPath: isRead ? configPath : null,
    registry: {
      path: registry,
      isUsual: registry === fromShell(defaults.registry),
      lock: config.registry?.lock === undefined ? `${registry}.lock` : fromFile(config.registry.lock),
      writeHost: config.registry?.write_host ?? false,
      registerPattern: config.registry?.register_pattern ?? new RegExp(defaults.registerPattern, 'u'),
    },
    stateDir: stateDir === undefined ? join(stateHome, program) : fromShell(stateDir),
    cacheDir: join(xdg('XDG_CACHE_HOME', '.cache'), program),
    claude: {
      roots: config.claude?.roots?.map(fromFile) ?? [fromShell(set(env, 'CLAUDE_CONFIG_DIR') ?? '~/.claude')],
    },
    agy: { root: fromFile(config.agy?.root ?? defaults.agyRoot) },
    tmux: {
      sockets: config.tmux?.sockets?.map(fromFile) ?? null,
      tmpdir: tmuxFolder(env),
      deadlineMs: defaults.tmuxDeadlineMs,
    },
    monitor: {
      intervalMs: config.monitor?.interval ?? null,
      heartbeatMs: config.monitor?.heartbeat ?? defaults.heartbeatMs,
      level: config.monitor?.level ?? defaults.level,
    },
    stop: { phrases: config.stop?.phrases ?? [] },
    judge: config.judge === undefined ? null : judge(config.judge, fromFile),
    hermes: { command: config.hermes?.command ?? 'hermes' },
    jobs: {
      dir: config.jobs?.dir === undefined ? join(stateHome, 'delegate-job/jobs') : fromFile(config.jobs.dir),
      map: {
        topic: jobTopic(config),
        fields: config.jobs?.map?.fields ?? {},
        states: config.jobs?.map?.states ?? {},
      },
    },
    mqtt: mqtt(config, env, fromFile),
    logLevel: flags.logLevel ?? config.log_level ?? defaults.logLevel,
    color: flags.color !== false && set(env, 'NO_COLOR') === undefined,
  };
}

const program = 'agent-sessions-monitor';

async function readConfig({
  flags,
  env,
  home,
  cwd,
}: SettingsSources): Promise<{ config: Config; path: string; isRead: boolean }> {
  const named = flags.config ?? set(env, 'AGENT_SESSIONS_MONITOR_CONFIG');
  const base = set(env, 'XDG_CONFIG_HOME');
  const usual = join(base !== undefined && isAbsolute(base) ? base : join(home, '.config'), program, 'config.yaml');
  const path = named === undefined ? usual : expand(named, home, cwd);
  let text: string;
  try {
    // A named file may be a shell's `<(…)`. A pipe at the usual path has no writer: reading it would never end.
    text = named === undefined ? usualText(path) : readFileSync(path, 'utf8');
  } catch (cause) {
    const code = codeOf(cause) || 'unknown';
    if (named === undefined && saysAbsent(cause)) return { config: {}, path, isRead: false };
    throw new UsageError(`the config cannot be read (${code})`, {
      where: path,
      cure: named === undefined ? 'make it readable, or move it away' : 'name a file that can be read',
      cause,
    });
  }
  // Parser and schema cost 40 ms: only who has a config file pays them.
  const { parseConfig } = await import('./read-config-file.ts');
  return { config: parseConfig(path, text), path, isRead: true };
}

function usualText(path: string): string {
  const text = readRegular(path, statSync(path));
  if (text === null) throw Object.assign(new Error('it is no regular file'), { code: 'no regular file' });
  return text;
}

/** tmux itself falls back on /tmp where `TMUX_TMPDIR` names nothing. */
function tmuxFolder(env: SettingsSources['env']): string {
  const named = set(env, 'TMUX_TMPDIR');
  return named !== undefined && existsSync(named) ? named : '/tmp';
}

function judge(config: NonNullable<Config['judge']>, fromFile: (path: string) => string): Settings['judge'] {
  const { url, model, api_key_file: keyFile } = config;
  return { url, model, apiKeyFile: keyFile === undefined ? null : fromFile(keyFile) };
}

function jobTopic(config: Config): string {
  return config.jobs?.map?.topic ?? defaults.jobTopic;
}

/** @throws UsageError for an address in the environment that is none; what it holds is not repeated. */
function mqtt(config: Config, env: SettingsSources['env'], fromFile: (path: string) => string): Settings['mqtt'] {
  const named = set(env, 'AGENT_SESSIONS_MQTT_URL');
  if (named !== undefined && !isBrokerUrl(named)) {
    throw new UsageError('the address of the MQTT broker is wrong', {
      where: 'AGENT_SESSIONS_MQTT_URL',
      cure: brokerUrlExpected,
    });
  }
  const url = named ?? config.mqtt?.url;
  if (url === undefined) return null;
  const prefix = config.mqtt?.prefix ?? defaults.mqttPrefix;
  return {
    url,
    user: set(env, 'AGENT_SESSIONS_MQTT_USER') ?? config.mqtt?.user ?? null,
    password: set(env, 'AGENT_SESSIONS_MQTT_PASSWORD') ?? null,
    passwordFile: config.mqtt?.password_file === undefined ? null : fromFile(config.mqtt.password_file),
    caFile: config.mqtt?.ca_file === undefined ? null : fromFile(config.mqtt.ca_file),
    topics: config.mqtt?.topics ?? [jobTopic(config).replace('{id}', '+'), `${prefix}/+/hint`],
    prefix,
  };
}

function set(env: SettingsSources['env'], name: string): string | undefined {
  return setVariable(env, name) ?? undefined;
}

function expand(path: string, home: string, base: string): string {
  if (path === '~') return home;
  return path.startsWith('~/') ? join(home, path.slice(2)) : resolve(base, path);
}
