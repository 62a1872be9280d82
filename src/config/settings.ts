import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { AgentFacts } from '../core/model/agent.ts';
import { homeExpanded } from '../core/words/home-path.ts';
import { UsageError } from '../errors.ts';
import { folderIsGone } from '../system/current-folder.ts';
import { codeOf, saysAbsent } from '../system/errno.ts';
import { hashOf } from '../system/hash.ts';
import { whichProgram } from '../system/missing-program.ts';
import { readRegular } from '../system/read-regular.ts';
import { brokerPasswordVariable, brokerUrlVariable } from '../system/secret-variables.ts';
import { setVariable } from '../system/set-variable.ts';
import { shortageOf } from '../system/shortage.ts';
import { brokerUrlExpected, isBrokerUrl } from './broker-url.ts';
import { defaults, usualRegisterPattern, type logLevels } from './defaults.ts';
import { notifierSettings } from './notifier-settings.ts';
import type { Config } from './schema.ts';

export interface SettingsSources {
  readonly flags: {
    readonly registry?: string;
    readonly config?: string;
    readonly logLevel?: (typeof logLevels)[number];
    readonly color?: boolean;
  };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** What relative paths of flags and the environment begin at; `null`: the current folder is gone. */
  readonly cwd: string | null;
  /** The words that start this program again; absent: it is known by its name only. */
  readonly program?: readonly string[];
}

/** Everything a run depends on. Paths are absolute; durations ms. */
export type Settings = Awaited<ReturnType<typeof resolveSettings>>;
export type JobSettings = Settings['jobs'];
/** Password and URL may hold secrets: never logged, never shown. */
export type MqttSettings = NonNullable<Settings['mqtt']>;
/** The levels of the log without `silent`, which has no lines. */
export type LogLevel = Exclude<Settings['logLevel'], 'silent'>;

/**
 * Resolves flags, environment, config file and defaults, in this order. It reads only the config file.
 * @param agents the agents that may have settings
 * @throws UsageError if the config file is wrong, or was named and cannot be read
 */
export async function resolveSettings(sources: SettingsSources, agents: readonly AgentFacts[]) {
  const { flags, env } = sources;
  const { config, path: configPath, hash: configHash } = await readConfig(sources, agents);
  const paths = makePaths(sources, dirname(configPath));
  const stateDir = set(env, 'AGENT_SESSIONS_MONITOR_STATE_DIR');
  return {
    /** The config file that was read; `null`: there is none. */
    configPath: configHash === null ? null : configPath,
    /** Where the config file is looked for, and the hash of its text; `null`: there is none. */
    configText: { path: configPath, hash: configHash },
    registry: registry(config, sources, paths, agents),
    stateDir: stateDir === undefined ? join(paths.stateHome, program) : paths.fromShell(stateDir),
    cacheDir: join(paths.cacheHome, program),
    /** The variables that name folders for the agents themselves: another process must have them to look there too. */
    agentVariables: agents.flatMap(({ setting }) => setting.variable ?? []),
    /** The folders of each agent, by its name. */
    agents: Object.fromEntries(agents.map((agent) => [agent.name, foldersOf(agent, config, env, paths)])),
    tmux: {
      /** Extra sockets to ask; `null`: they are looked for. */
      sockets: config.tmux?.sockets?.map(paths.fromFile) ?? null,
      tmpdir: tmuxFolder(env),
      deadlineMs: defaults.tmuxDeadlineMs,
    },
    monitor: {
      /** `null`: the usual one, which depends on how many sessions run. */
      intervalMs: config.monitor?.interval ?? null,
      heartbeatMs: config.monitor?.heartbeat ?? defaults.heartbeatMs,
      level: config.monitor?.level ?? defaults.level,
    },
    attention: {
      afterMs: config.attention?.after ?? defaults.attentionAfterMs,
      workedMs: config.attention?.worked ?? defaults.attentionWorkedMs,
      card: config.attention?.card ?? false,
      /** Sessions of which no waiting is ever told. */
      snooze: config.attention?.snooze ?? [],
    },
    notify: (config.notify ?? []).map((one) => notifierSettings(one, paths.fromFile)),
    history: { keepMs: config.history?.keep ?? defaults.historyKeepMs },
    page: { port: config.page?.port ?? 0, comments: config.page?.comments ?? false },
    stop: { phrases: config.stop?.phrases ?? [] },
    judge: config.judge === undefined ? null : judge(config.judge, paths),
    hermes: { command: config.hermes?.command ?? defaults.hermesCommand },
    jobs: {
      dir: config.jobs?.dir === undefined ? join(paths.stateHome, defaults.jobsDir) : paths.fromFile(config.jobs.dir),
      map: {
        /** Where the events of job `{id}` are published. */
        topic: jobTopic(config),
        /** The files' own names of fields; a field without one has the usual name. */
        fields: config.jobs?.map?.fields ?? {},
        /** The meaning of the files' own words for a state. */
        states: config.jobs?.map?.states ?? {},
      },
    },
    /** `null`: no broker, nothing is pushed. */
    mqtt: mqtt(config, env, paths),
    logLevel: flags.logLevel ?? config.log_level ?? defaults.logLevel,
    color: flags.color !== false && set(env, 'NO_COLOR') === undefined,
  };
}

const program = 'agent-sessions-monitor';

interface Paths {
  readonly stateHome: string;
  readonly cacheHome: string;
  /** A path from a flag or the environment. */
  readonly fromShell: (path: string) => string;
  /** A path from the config file. */
  readonly fromFile: (path: string) => string;
}

function makePaths({ env, home, cwd }: SettingsSources, folder: string): Paths {
  return {
    stateHome: xdg(env, 'XDG_STATE_HOME') ?? join(home, '.local/state'),
    cacheHome: xdg(env, 'XDG_CACHE_HOME') ?? join(home, '.cache'),
    fromShell: (path) => expand(path, home, cwd),
    fromFile: (path) => expand(path, home, folder),
  };
}

/** Reads an XDG variable; by the XDG specification a relative path is ignored. */
function xdg(env: SettingsSources['env'], name: string): string | null {
  const value = set(env, name);
  return value !== undefined && isAbsolute(value) ? value : null;
}

async function readConfig(
  { flags, env, home, cwd }: SettingsSources,
  agents: readonly AgentFacts[],
): Promise<{ config: Config; path: string; hash: string | null }> {
  const named = flags.config ?? set(env, 'AGENT_SESSIONS_MONITOR_CONFIG');
  const usual = join(xdg(env, 'XDG_CONFIG_HOME') ?? join(home, '.config'), program, 'config.yaml');
  const path = named === undefined ? usual : expand(named, home, cwd);
  let text: string;
  try {
    // A named file may be a shell's `<(…)`. A pipe at the usual path has no writer: reading it would never end.
    text = named === undefined ? usualText(path) : readFileSync(path, 'utf8');
  } catch (cause) {
    if (named === undefined && saysAbsent(cause)) return { config: {}, path, hash: null };
    throw new UsageError(`the config cannot be read (${codeOf(cause) || 'unknown'})`, {
      where: path,
      cure:
        shortageOf(codeOf(cause))?.cure ??
        (named === undefined ? 'make it readable, or move it away' : 'name a file that can be read'),
      cause,
    });
  }
  // Parser and schema cost 40 ms: only a user with a config file pays for them.
  const { parseConfig } = await import('./read-config-file.ts');
  return { config: parseConfig(path, text, agents), path, hash: hashOf(text) };
}

function usualText(path: string): string {
  const text = readRegular(path, statSync(path));
  if (text === null) throw Object.assign(new Error('it is no regular file'), { code: 'no regular file' });
  return text;
}

function registry(
  { registry: given }: Config,
  { flags, env, program: started }: SettingsSources,
  { fromFile, fromShell }: Paths,
  agents: readonly AgentFacts[],
) {
  const named = flags.registry ?? set(env, 'AGENT_SESSIONS_YAML');
  const path = named === undefined ? fromFile(given?.path ?? defaults.registry) : fromShell(named);
  return {
    path,
    /** The registry is where every command looks by default. */
    isUsual: path === fromShell(defaults.registry),
    /** What a person types to start this program: after `npm start` nothing is on the PATH. */
    program: started === undefined || whichProgram(program, env['PATH']) !== null ? [program] : started,
    lock: given?.lock === undefined ? `${path}.lock` : fromFile(given.lock),
    /** New entries name their host even if no other entry does. */
    writeHost: given?.write_host ?? false,
    registerPattern: given?.register_pattern ?? new RegExp(usualRegisterPattern(agents), 'u'),
  };
}

function foldersOf(
  { name, setting: { variable, below = '', usual } }: AgentFacts,
  { agents }: Config,
  env: SettingsSources['env'],
  { fromFile, fromShell }: Paths,
): readonly string[] {
  const named = variable === null ? undefined : set(env, variable);
  // A variable of the XDG specification: a relative path there is ignored.
  const isIgnored = named === undefined || (below !== '' && !isAbsolute(named));
  return agents?.[name]?.map(fromFile) ?? [fromShell(isIgnored ? usual : join(named, below))];
}

/** Returns tmux's folder; tmux itself falls back on /tmp if `TMUX_TMPDIR` names nothing. */
function tmuxFolder(env: SettingsSources['env']): string {
  const named = set(env, 'TMUX_TMPDIR');
  return named !== undefined && existsSync(named) ? named : '/tmp';
}

function judge({ url, model, api_key_file: keyFile }: NonNullable<Config['judge']>, { fromFile }: Paths) {
  return { url, model, apiKeyFile: keyFile === undefined ? null : fromFile(keyFile) };
}

function jobTopic(config: Config): string {
  return config.jobs?.map?.topic ?? defaults.jobTopic;
}

/**
 * Resolves the settings of the broker.
 * @throws UsageError for a wrong address in the environment, which is not repeated
 */
function mqtt(config: Config, env: SettingsSources['env'], { fromFile }: Paths) {
  const named = set(env, brokerUrlVariable);
  if (named !== undefined && !isBrokerUrl(named)) {
    throw new UsageError('the address of the MQTT broker is wrong', {
      where: brokerUrlVariable,
      cure: brokerUrlExpected,
    });
  }
  const url = named ?? config.mqtt?.url;
  if (url === undefined) return null;
  const prefix = config.mqtt?.prefix ?? defaults.mqttPrefix;
  return {
    url,
    user: set(env, 'AGENT_SESSIONS_MQTT_USER') ?? config.mqtt?.user ?? null,
    password: set(env, brokerPasswordVariable) ?? null,
    passwordFile: config.mqtt?.password_file === undefined ? null : fromFile(config.mqtt.password_file),
    caFile: config.mqtt?.ca_file === undefined ? null : fromFile(config.mqtt.ca_file),
    /** Topics whose messages are hints. */
    topics: config.mqtt?.topics ?? [jobTopic(config).replace('{id}', '+'), `${prefix}/+/hint`],
    /** The program's own topics begin with it. */
    prefix,
  };
}

function set(env: SettingsSources['env'], name: string): string | undefined {
  return setVariable(env, name) ?? undefined;
}

/** @throws UsageError for a relative path without a base */
function expand(path: string, home: string, base: string | null): string {
  const written = homeExpanded(path, home);
  if (base === null && !isAbsolute(written)) throw folderIsGone(path);
  return resolve(base ?? '/', written);
}
