import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { agentFacts } from '../../src/agents/agent-facts.ts';
import { LocalBoard } from '../../src/board/local-board.ts';
import type { Settings } from '../../src/config/settings.ts';
import { FileLog } from '../../src/log/file-log.ts';
import { FileMemoryStore } from '../../src/log/memory-store.ts';
import { FileStateHistory } from '../../src/log/file-state-history.ts';
import type { Observe } from '../../src/observe/observe.ts';
import type { PassPorts } from '../../src/pass/pass.ts';
import { makeRegistryFile } from '../../src/registry/disk-registry-file.ts';
import { TroubleFile } from '../../src/system/trouble-file.ts';
import { Delivery } from '../../src/tell/notify/delivery.ts';
import { NotifyFollower } from '../../src/watch/notify-followers.ts';
import { ownFollowers } from '../../src/watch/own-followers.ts';
import type { WatchWorld } from '../../src/watch/watch-world.ts';
import type { Hint } from '../../src/trigger/trigger.ts';
import { anObservation, settings as planSettings } from '../core/world.ts';
import { shownTo, usualRoot } from '../core/truth/look.ts';
import { settings as someSettings } from '../operations/fake-context.ts';
import { boardOn } from './board.ts';
import { SimulatedBroker } from './broker.ts';
import type { Clock } from './clock.ts';
import type { Fleet } from './fleet.ts';
import { historyOn, logOn, registryOn } from './on-full-disk.ts';
import type { Outages } from './outages.ts';
import { Phone } from './phone.ts';

export const card = 'day';
export const intervalMs = 30_000;
const graceMs = 5_000;
const place = 'machine-1';
const host = 'lab1';

interface HostOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly outages: Outages;
}

/** The world around the monitor: real files, and everything else through its ports. It outlives the monitor. */
export class Host {
  readonly path: string;
  readonly stateDir: string;
  readonly cacheDir: string;
  readonly settings: Settings;
  readonly broker: SimulatedBroker;
  readonly phone: Phone;
  readonly local: LocalBoard;
  /** When the card had its heartbeats, by the clock that is never set; ms. */
  readonly beats: number[] = [];
  observations = 0;
  hint: Hint = () => undefined;
  /** Called just before the monitor writes the registry. */
  beforeWrite: () => void = () => undefined;
  readonly #options: HostOptions;

  constructor(options: HostOptions) {
    const { dir, clock, outages } = options;
    this.#options = options;
    this.path = join(dir, 'agent-sessions.yaml');
    this.stateDir = join(dir, 'state', 'registry');
    this.cacheDir = join(dir, 'cache');
    const registry = { ...someSettings.registry, path: this.path, lock: `${this.path}.lock` };
    this.settings = { ...someSettings, registry, stateDir: join(dir, 'state'), cacheDir: this.cacheDir };
    this.broker = new SimulatedBroker(outages);
    this.phone = new Phone(outages, clock.wall);
    this.local = new LocalBoard({ dir: join(dir, 'state', 'board'), now: clock.wall, author: 'monitor' });
  }

  /** Returns the log of the registry, as another process opens it. */
  log(): FileLog {
    const { clock } = this.#options;
    return new FileLog({ dir: this.stateDir, registryPath: this.path, place, now: clock.wall, warn: () => undefined });
  }

  /** Opens everything anew, as a process that starts. @param passed hears of each pass that succeeded */
  world(signal: AbortSignal, passed: () => void): WatchWorld {
    const { clock, outages } = this.#options;
    const { stateDir, settings } = this;
    const ports = this.#ports(signal);
    const isWatched = () => Promise.resolve(true);
    const stateHistory = historyOn(outages, new FileStateHistory({ dir: stateDir, place, now: clock.wall, isWatched }));
    const world: WatchWorld = {
      settings,
      ports,
      stateHistory,
      boardFor: () => boardOn(outages, this.local, () => this.beats.push(clock.elapsed)),
      card,
      boardOfCard: () => 'local',
      dispatched: null,
      push: () => this.broker.push(ports.log, clock.wall, passed),
      followers: async (longest) => ownFollowers(world, longest, [await this.#notifier(ports)]),
      env: {},
      stateDir,
      triggers: (others = []) => ({
        all: others,
        start: (hint) => void (this.hint = hint),
        follow: () => undefined,
      }),
      signal,
    };
    return world;
  }

  #ports(signal: AbortSignal): PassPorts {
    const { clock, outages, fleet } = this.#options;
    const { path, stateDir, cacheDir } = this;
    const registryFile = makeRegistryFile({
      path,
      lockPath: `${path}.lock`,
      stateDir,
      cacheDir,
      agents: agentFacts,
      now: clock.wall,
      signal,
      wait: (ms) => wait(ms, signal),
    });
    const bootId = `boot-${fleet.boots}`;
    return {
      registryPath: path,
      registryFile: registryOn(outages, registryFile, () => this.beforeWrite()),
      log: logOn(outages, this.log()),
      memoryStore: new FileMemoryStore({
        cacheDir,
        registryPath: path,
        place,
        stateDir: this.stateDir,
        bootId,
        warn: () => undefined,
      }),
      place,
      observe: this.#observe,
      sweep: () => registryFile.sweep(),
      sweepReports: () => undefined,
      withdrawJob: async () => undefined,
      settings: { ...planSettings, graceMs },
      now: clock.wall,
      wait,
    };
  }

  readonly #observe: Observe = async (wanted, signal) => {
    const { clock, outages, fleet } = this.#options;
    this.observations += 1;
    if (outages.hidden === 'tmux') await sleep(deadlineMs, undefined, { signal });
    fleet.truth.now = clock.wall();
    const shown = shownTo(wanted, fleet.truth, outages.hidden, new Set([usualRoot]));
    const folders = new Map([...fleet.members.keys()].map((name) => [`/home/me/${name}`, true]));
    const boot = { known: { id: `boot-${fleet.boots}`, bootedAt: fleet.bootedAt } };
    const observation = anObservation({ at: clock.wall(), host, boot, folders, ...shown });
    return { observation, cost: { spawns: 0, bytesRead: 0 } };
  };

  async #notifier({ log }: PassPorts): Promise<NotifyFollower> {
    const { clock } = this.#options;
    this.phone.startAnew();
    const delivery = new Delivery({
      settings: { name: 'phone', on: ['session-gone', 'session-unregistered'], workspaces: null, quietHours: null },
      notifier: this.phone,
      log,
      trouble: new TroubleFile(this.stateDir, 'notify', clock.wall),
      host,
      registry: this.settings.registry,
      graceMs,
      now: clock.wall,
    });
    await delivery.begin().catch(() => undefined);
    return new NotifyFollower(delivery, () => log.read(), clock.wall);
  }
}

/** tmux is given up after so long; ms. */
const deadlineMs = 2_000;

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal });
}
