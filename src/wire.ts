import { randomUUID } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Board } from './board/board.ts';
import { defaultCardId } from './board/local-card-id.ts';
import { makeHermesBoard } from './hermes/hermes-board.ts';
import { makeLocalBoard } from './board/local-board.ts';
import type { Settings } from './config/settings.ts';
import type { PlanSettings } from './core/model/plan.ts';
import { makeHermesCommand } from './hermes/hermes-command.ts';
import { JobFolder } from './jobs/store.ts';
import { FileMemoryStore } from './log/memory-store.ts';
import { FileLog } from './log/file-log.ts';
import { registryStateDir } from './log/state-folder.ts';
import { capturePane } from './observe/tmux/capture.ts';
import { makeObserve } from './observe/make-observe.ts';
import { readPlace } from './observe/place.ts';
import { userServers } from './observe/tmux/user-servers.ts';
import type { Context, ContextOptions } from './operations/context.ts';
import { reportPass } from './operations/pass-report.ts';
import { registryHash } from './registry/hash.ts';
import { makeRegistryFile } from './registry/disk-registry-file.ts';
import type { MonitorWorld } from './watch/monitor.ts';
import type { PassPorts } from './pass/pass.ts';
import { setVariable, withoutTemplates } from './system/set-variable.ts';
import { sweepTemporaries } from './system/replace-file.ts';
import { inMemoryReader, stdoutReader } from './tell/stdout.ts';
import { makeTriggers } from './trigger/triggers.ts';

const program = 'agent-sessions-monitor';
/** How long a text or a session must have been left alone before we decide about it; ms. */
const settleMs = 5_000;
/** How long somebody else may still say that a death was his before the card hears of it; ms. */
const graceMs = 5_000;
const blindAfterMs = 5 * 60_000;
const expiryWarningMs = 3 * 24 * 60 * 60_000;

/** What a pass of one's own needs. */
export interface PortOptions {
  readonly settings: Settings;
  readonly home: string;
  readonly signal: AbortSignal;
  /** Is given a line for people, such as a state file that was put aside. */
  readonly warn: (line: string) => void;
}

/** Builds the ports of a pass from the settings. Replace any of them: `pass` takes them as arguments. */
export function makePorts({ settings, home, signal, warn }: PortOptions): PassPorts {
  const now = Date.now;
  const { cacheDir } = settings;
  const registryPath = resolvedPath(settings.registry.path);
  const stateDir = registryStateDir(settings.stateDir, registryPath);
  const host = hostname();
  const place = readPlace({ host, folders: [home, dirname(registryPath)] });
  const registryFile = makeRegistryFile({
    path: settings.registry.path,
    lockPath: settings.registry.lock,
    stateDir,
    cacheDir,
    now,
    wait: (ms) => waitFully(ms, signal),
    signal,
  });
  return {
    registryPath,
    registryFile,
    log: new FileLog({ dir: stateDir, registryPath, place: place.id, now, warn }),
    memoryStore: new FileMemoryStore({ cacheDir, registryPath, place: place.id, bootId: place.bootId, warn }),
    place: place.id,
    observe: makeObserve({
      ...settings.tmux,
      claudeRoots: settings.claude.roots,
      agyRoot: settings.agy.root,
      jobs: settings.jobs,
      host,
      place,
      home,
      now,
    }),
    sweep: async () => {
      for (const folder of [stateDir, join(stateDir, 'cursors'), cacheDir]) sweepTemporaries(folder);
      await registryFile.sweep();
    },
    settings: { ...planSettings(settings), graceMs },
    now,
    wait: waitFully,
  };
}

function planSettings({ registry }: Settings): PlanSettings {
  const { registerPattern, writeHost } = registry;
  return { registerPattern, writeHost, settleMs, blindAfterMs, expiryWarningMs };
}

/** Builds everything that an operation may touch: the one place where adapters are chosen. */
export function makeContext(given: ContextOptions): Context {
  const { settings, signal, output, version, home } = given;
  const env = withoutTemplates(given.env);
  const warn = (line: string) => output.log('warn', line);
  const ports = makePorts({ settings, home, signal, warn });
  const { log, registryFile, now } = ports;
  const world = makeWorld(ports, { ...given, env });
  const { stateDir, triggers, card } = world;
  const shell = stdoutReader(log);
  const own = inMemoryReader(log);
  const personsBoard = localBoard(settings, env['USER'] ?? 'user', warn);
  const context: Context = {
    settings,
    version,
    now,
    signal,
    env,
    home,
    output,
    pass: ({ mode, reader, adopt }) =>
      reportPass(ports, reader === 'process' ? own : shell, { mode, adopt: adopt ?? null }, signal),
    monitor: async (request, face) => {
      const { monitor } = await import('./watch/monitor.ts');
      return monitor(world, request, face);
    },
    hermes: (slug) => makeHermesCommand({ program: settings.hermes.command, slug, env }),
    assertNobodyWatches: async () => {
      const { assertNobodyWatches } = await import('./watch/lease.ts');
      return assertNobodyWatches({ dir: stateDir, place: ports.place, host: hostname() });
    },
    serve: async () => {
      const { serve } = await import('./mcp/server.ts');
      return serve(context, world);
    },
    board: () => personsBoard,
    program: given.program,
    monitorFace: given.monitorFace,
    defaultCard: () => card,
    triggers,
    log: () => log,
    registryFile: () => registryFile,
    jobs: () => new JobFolder({ settings: settings.jobs, now, newId: () => randomUUID().slice(0, 13), notice: warn }),
    unreachableServers: () => (process.platform === 'linux' ? userServers(process.getuid?.() ?? 0).unreachable : []),
    capture: (socket, paneId, lines) => capturePane(socket, paneId, lines, signal),
  };
  return context;
}

function makeWorld(ports: PassPorts, { settings, env, signal, version, output }: ContextOptions): MonitorWorld {
  const ownBoard = localBoard(settings, program, (line) => output.log('warn', line));
  return {
    settings,
    ports,
    boardFor: ({ name, slug, runMs }) => (name === 'local' ? ownBoard : hermesBoard(env, settings, slug, runMs)),
    triggers: (others = []) =>
      makeTriggers({
        registryPath: settings.registry.path,
        registryHash: () => registryHashAt(settings.registry.path),
        others,
      }),
    card: defaultCardId(ports.registryPath),
    env,
    stateDir: registryStateDir(settings.stateDir, ports.registryPath),
    version,
    signal,
  };
}

function localBoard({ stateDir }: Settings, author: string, notice: (line: string) => void): Board {
  return makeLocalBoard({ dir: join(stateDir, 'board'), now: Date.now, author, notice });
}

/** A timer may fire a millisecond early by the clock, and that would be waited for once more. */
async function waitFully(ms: number, signal: AbortSignal): Promise<void> {
  const until = process.uptime() * 1_000 + ms;
  for (let left = ms; left > 0; left = until - process.uptime() * 1_000) await sleep(left, undefined, { signal });
}

function hermesBoard(env: Context['env'], { hermes }: Settings, slug: string | null, runMs: number | null): Board {
  const author = setVariable(env, 'HERMES_PROFILE') ?? program;
  return makeHermesBoard({ hermes: makeHermesCommand({ program: hermes.command, slug, env }), author, runMs });
}

function registryHashAt(path: string): string | null {
  try {
    return registryHash(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** One registry is one state folder, whatever links lead to it; also before its first line is written. */
function resolvedPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path));
    } catch {
      return path;
    }
  }
}
