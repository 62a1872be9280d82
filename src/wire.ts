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
import { exitCode } from './errors.ts';
import { makeHermesCommand } from './hermes/hermes-command.ts';
import { JobFolder } from './jobs/store.ts';
import { FileMemoryStore } from './log/memory-store.ts';
import { FileLog } from './log/file-log.ts';
import { registryStateDir } from './log/state-folder.ts';
import { capturePane } from './observe/tmux/capture.ts';
import { makeObserve } from './observe/make-observe.ts';
import { readPlace } from './observe/place.ts';
import { userServers } from './observe/tmux/user-servers.ts';
import type { Context, ContextOptions, PassReport } from './operations/context.ts';
import { registryHash } from './registry/hash.ts';
import { makeRegistryFile } from './registry/disk-registry-file.ts';
import { changesIn } from './watch/loop-pass.ts';
import type { BoardChoice, MonitorWorld } from './watch/monitor.ts';
import { pass, type PassMode, type PassPorts, type PassResult } from './pass/pass.ts';
import { documentOf, type ReportedNews } from './pass/report.ts';
import { watchedIn } from './pass/watched.ts';
import type { Adoption } from './core/model/plan.ts';
import { setVariable, withoutTemplates } from './system/set-variable.ts';
import { sweepTemporaries } from './system/replace-file.ts';
import { inMemoryReader, stdoutReader, type StdoutReader } from './tell/stdout.ts';
import type { Trigger } from './trigger/trigger.ts';
import { makeTriggers, type Triggers } from './trigger/triggers.ts';

const program = 'agent-sessions-monitor';
/** How long a text or a session must have been left alone before we decide about it; ms. */
const settleMs = 5_000;
/** How long somebody else may still say that a death was his before the card hears of it; ms. */
const graceMs = 5_000;
const blindAfterMs = 5 * 60_000;
const expiryWarningMs = 3 * 24 * 60 * 60_000;

/** Builds every port from the settings: the one place where adapters are chosen. */
export function makeContext(given: ContextOptions): Context {
  const { settings, signal, output } = given;
  const env = withoutTemplates(given.env);
  const now = Date.now;
  const registryPath = resolvedPath(settings.registry.path);
  const stateDir = registryStateDir(settings.stateDir, registryPath);
  const warn = (line: string) => output.log('warn', line);
  const host = hostname();
  const place = readPlace({ host, folders: [given.home, dirname(registryPath)] });
  const log = new FileLog({ dir: stateDir, registryPath, place: place.id, now, warn });
  const localBoard = (author: string): Board =>
    makeLocalBoard({ dir: join(settings.stateDir, 'board'), now, author, notice: warn });
  const ownBoard = localBoard(program);
  const personsBoard = localBoard(env['USER'] ?? 'user');
  const registryFile = makeRegistryFile({
    path: settings.registry.path,
    lockPath: settings.registry.lock,
    stateDir,
    cacheDir: settings.cacheDir,
    now,
    wait: (ms) => waitFully(ms, signal),
    signal,
  });
  const ports: PassPorts = {
    registryPath,
    registryFile,
    log,
    memoryStore: new FileMemoryStore({
      cacheDir: settings.cacheDir,
      registryPath,
      place: place.id,
      bootId: place.bootId,
      warn,
    }),
    place: place.id,
    observe: makeObserve({
      ...settings.tmux,
      claudeRoots: settings.claude.roots,
      agyRoot: settings.agy.root,
      jobs: settings.jobs,
      host,
      place,
      home: given.home,
      now,
    }),
    sweep: async () => {
      for (const folder of [stateDir, join(stateDir, 'cursors'), settings.cacheDir]) sweepTemporaries(folder);
      await registryFile.sweep();
    },
    settings: {
      registerPattern: settings.registry.registerPattern,
      writeHost: settings.registry.writeHost,
      settleMs,
      graceMs,
      blindAfterMs,
      expiryWarningMs,
    },
    now,
    wait: waitFully,
  };
  const shell = stdoutReader(log);
  const own = inMemoryReader(log);
  const { version } = given;
  const boardFor = ({ name, slug, runMs }: BoardChoice): Board => {
    return name === 'local' ? ownBoard : hermesBoard(env, settings, slug, runMs);
  };
  const triggers = (others: readonly Trigger[] = []): Triggers =>
    makeTriggers({
      registryPath: settings.registry.path,
      registryHash: () => registryHashAt(settings.registry.path),
      others,
    });
  const card = defaultCardId(registryPath);
  const world: MonitorWorld = { settings, ports, boardFor, triggers, card, env, stateDir, version, signal };
  const context: Context = {
    settings,
    version,
    now,
    signal,
    env,
    home: given.home,
    output,
    pass: ({ mode, reader, adopt }) =>
      report(ports, reader === 'process' ? own : shell, { mode, adopt: adopt ?? null }, signal),
    monitor: async (request, face) => {
      const { monitor } = await import('./watch/monitor.ts');
      return monitor(world, request, face);
    },
    hermes: (slug) => makeHermesCommand({ program: settings.hermes.command, slug, env }),
    assertNobodyWatches: async () => {
      const { assertNobodyWatches } = await import('./watch/lease.ts');
      return assertNobodyWatches({ dir: stateDir, place: place.id, host });
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

/** A timer may fire a millisecond early by the clock, and that would be waited for once more. */
async function waitFully(ms: number, signal: AbortSignal): Promise<void> {
  const until = process.uptime() * 1_000 + ms;
  for (let left = ms; left > 0; left = until - process.uptime() * 1_000) await sleep(left, undefined, { signal });
}

function hermesBoard(env: Context['env'], { hermes }: Settings, slug: string | null, runMs: number | null): Board {
  const author = setVariable(env, 'HERMES_PROFILE') ?? program;
  return makeHermesBoard({ hermes: makeHermesCommand({ program: hermes.command, slug, env }), author, runMs });
}

async function report(
  ports: PassPorts,
  reader: StdoutReader,
  { mode, adopt }: { readonly mode: Exclude<PassMode, 'loop'>; readonly adopt: Adoption | null },
  signal: AbortSignal,
): Promise<PassReport> {
  if (mode === 'once') await ports.sweep();
  const result = await pass(ports, mode, signal, adopt);
  const news = mode === 'once' ? await reader.take() : wouldBeNews(await reader.peek(), result);
  return {
    document: documentOf(result, news, hostname()),
    plan: result.plan,
    registry: result.registry,
    observation: result.observation,
    watched: watchedIn(result),
    changes: changesIn(result),
    started: result.started,
    commit: news.commit,
    exit: result.plan.blind.length > 0 ? exitCode.blind : exitCode.done,
  };
}

/** What a real pass would tell now: what this look found, beside what the log holds and the reader has not heard. */
function wouldBeNews({ opened, resolved }: ReportedNews, result: PassResult) {
  const fresh = result.opened.filter((drift) => !opened.some((known) => known.id === drift.id));
  return { opened: [...opened, ...fresh], resolved, commit: () => Promise.resolve() };
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
