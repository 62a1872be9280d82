import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { agentFacts } from './agents/agent-facts.ts';
import { makeAskMonitor } from './ask/ask-monitor.ts';
import { lookKey } from './ask/look-key.ts';
import type { BoardName } from './board/board.ts';
import { patience } from './config/defaults.ts';
import { resolveSettings, type Settings, type SettingsSources } from './config/settings.ts';
import { once } from './core/model/once.ts';
import type { PlanSettings } from './core/model/plan.ts';
import { makeHermesCommand } from './hermes/hermes-command.ts';
import { JobFolder } from './jobs/store.ts';
import { FileMemoryStore } from './log/memory-store.ts';
import { fileLastAsked } from './log/last-asked.ts';
import { FileLog } from './log/file-log.ts';
import { FileStateHistory } from './log/file-state-history.ts';
import { capturePane } from './observe/tmux/capture.ts';
import { reportsToHear } from './observe/reports/reports-to-hear.ts';
import { reportsSweeper } from './observe/reports/reports-sweeper.ts';
import { makeObserve } from './observe/make-observe.ts';
import { readPlace } from './observe/place.ts';
import { userServers } from './observe/tmux/user-servers.ts';
import { boardOfCard, dispatchedIn, kindOf } from './operations/boards.ts';
import type { Context, ContextOptions } from './operations/context.ts';
import { passReporter } from './operations/pass-report.ts';
import { registryHashAt } from './registry/hash.ts';
import { makeRegistryFile } from './registry/disk-registry-file.ts';
import { stateDirOf } from './registry/state-dir.ts';
import type { WatchWorld } from './watch/watch-world.ts';
import type { PassPorts } from './pass/pass.ts';
import { waitFully } from './system/pause.ts';
import { realPathOf } from './system/real-path.ts';
import { withoutTemplates } from './system/set-variable.ts';
import { shortHash } from './system/hash.ts';
import { sweepFolder } from './system/lock.ts';
import { inMemoryReader, stdoutReader } from './tell/stdout.ts';
import { makeTriggers } from './trigger/triggers.ts';

/**
 * Resolves flags, environment, config file and defaults, in this order. Reads the config file only.
 * @throws UsageError if the config file is wrong, or was named and cannot be read
 */
export function loadSettings(sources: SettingsSources): Promise<Settings> {
  return resolveSettings(sources, agentFacts);
}

/** What a pass of one's own needs. */
export interface PortOptions {
  readonly settings: Settings;
  readonly home: string;
  readonly signal: AbortSignal;
  /** Takes a line for people, such as a state file that was put aside. */
  readonly warn: (line: string) => void;
}

/** Builds the ports of a pass from the settings. Replace any of them: `pass` takes them as arguments. */
export function makePorts({ settings, home, signal, warn }: PortOptions): PassPorts {
  const now = Date.now;
  const { cacheDir } = settings;
  const registryPath = realPathOf(settings.registry.path);
  const stateDir = stateDirOf(settings.stateDir, registryPath);
  const host = hostname();
  const place = readPlace({ host, folders: [home, dirname(registryPath)] });
  const log = new FileLog({ dir: stateDir, registryPath, place: place.id, now, warn });
  const registryFile = makeRegistryFile({
    path: settings.registry.path,
    lockPath: settings.registry.lock,
    stateDir,
    cacheDir,
    agents: agentFacts,
    now,
    wait: (ms) => waitFully(ms, signal),
    signal,
    isShared: () => log.isShared(),
  });
  return {
    registryPath,
    registryFile,
    log,
    memoryStore: new FileMemoryStore({ cacheDir, registryPath, place: place.id, stateDir, bootId: place.bootId, warn }),
    place: place.id,
    observe: makeObserve({
      ...settings.tmux,
      agentFolders: settings.agents,
      jobs: settings.jobs,
      stateDir: settings.stateDir,
      host,
      place,
      home,
      now,
    }),
    sweep: async () => {
      for (const folder of [stateDir, join(stateDir, 'cursors'), cacheDir]) await sweepFolder(folder);
      await registryFile.sweep();
    },
    sweepReports: reportsSweeper({ stateDir: settings.stateDir, now, warn }),
    settings: { ...planSettings(settings), graceMs: patience.graceMs },
    withdrawJob: (id) => jobFolder(settings, warn).withdraw(id),
    now,
    wait: waitFully,
  };
}

function jobFolder({ jobs }: Settings, notice: (line: string) => void): JobFolder {
  return new JobFolder({ settings: jobs, now: Date.now, newId: () => randomUUID().slice(0, 13), notice });
}

function planSettings({ registry, attention: { afterMs, snooze } }: Settings): PlanSettings {
  const { registerPattern, writeHost } = registry;
  const attention = { afterMs, snoozed: snooze };
  const { settleMs, blindAfterMs, expiryWarningMs } = patience;
  return { agents: agentFacts, registerPattern, writeHost, settleMs, blindAfterMs, expiryWarningMs, attention };
}

/** Builds everything that an operation may touch: the one place where adapters are chosen. */
export function makeContext(given: ContextOptions): Context {
  const { settings, signal, output, home } = given;
  const env = withoutTemplates(given.env);
  const warn = (line: string) => output.log('warn', line);
  const ports = makePorts({ settings, home, signal, warn });
  const { log, registryFile, now } = ports;
  const key = once(() => lookKey({ ...given, place: ports.place, env }));
  const world = makeWorld(ports, { ...given, env }, key);
  const { stateDir, triggers, card } = world;
  const shell = stdoutReader(log);
  const own = inMemoryReader(log);
  const report = passReporter(ports, signal);
  const context: Context = {
    ...given,
    env,
    now,
    pass: ({ mode, reader, adopt }) => report(reader === 'process' ? own : shell, { mode, adopt: adopt ?? null }),
    askMonitor:
      given.hasAsked === true
        ? () => Promise.resolve(null)
        : makeAskMonitor({
            dir: stateDir,
            place: ports.place,
            key,
            now,
            note: (line) => output.log('debug', line),
          }),
    monitor: (...words) => runMonitor(context, world, words),
    page: async (request) => (await import('./page/open-page.ts')).openPage(context, world, request),
    hermes: (slug) => makeHermesCommand({ program: settings.hermes.command, slug, env }),
    assertNotWatched: async () =>
      (await oneMonitor()).assertNotWatched({ dir: stateDir, place: ports.place, host: hostname() }),
    watcher: () => watcherIn(world),
    serve: () => serve(context, world),
    board: (which) => openBoard({ ...given, env }, which, { author: env['USER'] ?? 'user', runMs: null }),
    defaultCard: () => card,
    triggers,
    log: () => log,
    stateHistory: () => world.stateHistory,
    registryStateDir: stateDir,
    lastAsked: () => fileLastAsked(stateDir, process.getuid?.() ?? 0),
    registryFile: () => registryFile,
    jobs: () => jobFolder(settings, warn),
    unreachableServers: () => (process.platform === 'linux' ? userServers(process.getuid?.() ?? 0).unreachable : []),
    capture: (socket, paneId, lines) => capturePane(socket, paneId, lines, signal),
  };
  return context;
}

async function watcherIn({ stateDir, ports: { place }, boardOfCard: boardOf }: WatchWorld) {
  const watcher = (await oneMonitor()).watcherOf({ dir: stateDir, place, host: hostname() });
  return watcher && { ...watcher, board: watcher.board ?? { name: boardOf(watcher.card), slug: null } };
}

function oneMonitor() {
  return import('./watch/one-monitor.ts');
}

async function runMonitor(
  context: Context,
  world: WatchWorld,
  [request, listener, { page } = { page: false }]: Parameters<Context['monitor']>,
): ReturnType<Context['monitor']> {
  const { monitor } = await import('./watch/monitor.ts');
  if (!page) return monitor(world, request, listener);
  const { besideMonitor } = await import('./page/beside-monitor.ts');
  return besideMonitor({ context, world, request }, (withPage) => monitor(withPage, request, listener));
}

/** @param key returns the key of a look by this process */
function makeWorld(ports: PassPorts, given: ContextOptions, key: () => string): WatchWorld {
  const { settings, env, signal, version } = given;
  const { log, now, place } = ports;
  // The registry's own card on the local board.
  const card = `local-${shortHash(ports.registryPath)}`;
  const dispatched = dispatchedIn(env);
  const [{ path }, reports] = [settings.registry, reportsToHear(settings.stateDir)];
  const stateDir = stateDirOf(settings.stateDir, ports.registryPath);
  const isWatched = async () => (await oneMonitor()).watcherOf({ dir: stateDir, place, host: hostname() }) !== null;
  const heard = { registryPath: path, registryHash: () => registryHashAt(path), reports };
  const stateHistory = new FileStateHistory({ dir: stateDir, place, now, isWatched });
  const world: WatchWorld = {
    settings,
    ports,
    boardFor: ({ runMs, ...which }) => openBoard(given, which, { author: null, runMs }),
    boardOfCard: (named) => boardOfCard(named, card, dispatched),
    dispatched,
    push: async (notice) => {
      const { mqtt } = settings;
      if (mqtt === null) return null;
      const { startPush } = await import('./mqtt/push.ts');
      return startPush({ mqtt, settings, log, now, version, notice });
    },
    stateHistory,
    followers: async (intervalMs) => {
      const { ownFollowers } = await import('./watch/own-followers.ts');
      const { answererOf } = await import('./ask/answerer.ts');
      return ownFollowers(world, intervalMs, [answererOf(world, key)]);
    },
    triggers: (others) => makeTriggers({ ...heard, platform: process.platform }, others),
    card,
    env,
    stateDir,
    signal,
  };
  return world;
}

/**
 * Serves the MCP tools, or writes the last comment of a run that its board ended, as the process that a server left
 * behind.
 */
async function serve(context: Context, world: WatchWorld): Promise<void> {
  const { leaveLastWords, leftRun, sayLastWords } = await import('./watch/left-run.ts');
  const left = leftRun(world.env);
  if (left !== null) return sayLastWords(world, left);
  const { serve: serveTools } = await import('./mcp/server.ts');
  await serveTools(context, { world, leave: (run) => leaveLastWords(context, run) });
}

function openBoard(
  { settings, env, output }: ContextOptions,
  { name, slug }: BoardName,
  rest: { readonly author: string | null; readonly runMs: number | null },
) {
  const notice = (line: string): void => output.log('warn', line);
  return kindOf(name).open({ settings, env, now: Date.now, slug, notice, ...rest });
}
