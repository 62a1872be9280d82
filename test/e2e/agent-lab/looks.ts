import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { parse } from 'yaml';
import type { PrivateWorld, Running } from '../private-world.ts';
import { until } from './until.ts';

/** Every id that an entry of the registry has. */
export interface Ids {
  readonly own: string | null | undefined;
  readonly current: string | null | undefined;
  readonly lineage: readonly string[];
}

export interface Told {
  readonly kind: string;
  readonly session?: string;
  readonly message: string;
  readonly resume?: string;
}

/**
 * Looks at a world as users do: by single passes of `reconcile`, and by a monitor that runs all the time. Each has a
 * registry of its own, so that neither sees what the other has written.
 */
export class Looks {
  private readonly world: PrivateWorld;
  private readonly watched: string;
  private monitor: Running | undefined;

  private constructor(world: PrivateWorld) {
    this.world = world;
    this.watched = `${world.home}/watched.yaml`;
  }

  /** Writes the registry and starts a monitor on a copy of it; `seldom`: without a monitor. */
  static async begin(world: PrivateWorld, registry: string, seldom?: 'seldom'): Promise<Looks> {
    const looks = new Looks(world);
    world.writeRegistry(registry, 30);
    if (seldom !== undefined) return looks;
    writeFileSync(looks.watched, registry);
    world.touch(looks.watched, 30);
    const monitor = world.start(['monitor', '--interval', '2s'], {
      AGENT_SESSIONS_YAML: looks.watched,
      AGENT_SESSIONS_MONITOR_STATE_DIR: `${world.state}-of-the-monitor`,
      XDG_CACHE_HOME: `${world.cache}-of-the-monitor`,
    });
    looks.monitor = monitor;
    await until('the monitor to watch', () => monitor.stderr().includes('watching '));
    return looks;
  }

  /** Passes of `reconcile`, until nothing is put off because it has only just changed. @returns what they told. */
  async look(): Promise<readonly Told[]> {
    const told: Told[] = [];
    const settled = async (): Promise<boolean> => {
      const { document } = await this.world.reconcile();
      told.push(...document.drifts);
      return document.deferred.every(({ until }: { until: string | null }) => until === null);
    };
    await until('nothing to be put off', settled, 60_000, 400);
    return told;
  }

  /**
   * Looks, and expects of each session named that both registries hold these ids and no others.
   * @returns the kinds of drift that the look told of these sessions
   */
  async expectIds(wanted: Readonly<Record<string, Ids>>): Promise<readonly string[]> {
    const told = await this.look();
    const names = Object.keys(wanted);
    const now = (path: string) => Object.fromEntries(names.map((name) => [name, idsIn(path, name)]));
    expect(now(this.world.registry), JSON.stringify(told)).toEqual(wanted);
    await this.monitorAgrees(() => expect(now(this.watched), 'what the monitor wrote').toEqual(wanted));
    return told.filter(({ session }) => session !== undefined && names.includes(session)).map(({ kind }) => kind);
  }

  /** What `status` says of a session. */
  async status(session: string) {
    const { stdout } = await this.world.run(['status', '--json']);
    return JSON.parse(stdout).sessions.find((one: { session: string }) => one.session === session);
  }

  /** Waits until `status` says that of a session's agent. */
  async expectState(session: string, activity: string): Promise<void> {
    let seen: unknown;
    const isSo = async (): Promise<boolean> => {
      const status = await this.status(session);
      seen = status;
      return status?.activity === activity;
    };
    await until(`${session} to be ${activity}`, isSo).catch((cause: unknown) => {
      throw new Error(`waited in vain for ${activity}: ${JSON.stringify(seen)}`, { cause });
    });
  }

  /** Looks until a drift of that kind was told: of that session, or of many at once. @returns it. */
  async told(kind: string, session?: string): Promise<Told> {
    const told: Told[] = [];
    return until(`${kind} of ${session ?? 'all'}`, async () => {
      told.push(...(await this.look()));
      return told.find((one) => one.kind === kind && one.session === session);
    }).catch((cause: unknown) => {
      throw new Error(`waited in vain for ${kind}, but was told ${JSON.stringify(told)}`, { cause });
    });
  }

  /** Expects that both registries hold this for a session. */
  async expectField(session: string, field: string, value: unknown): Promise<void> {
    expect(entryIn(this.world.registry, session)?.[field]).toEqual(value);
    await this.monitorAgrees(() => expect(entryIn(this.watched, session)?.[field]).toEqual(value));
  }

  private async monitorAgrees(expectation: () => void): Promise<void> {
    if (this.monitor === undefined) return;
    await vi.waitFor(expectation, { timeout: 60_000, interval: 50 });
  }
}

/** Ids of one entry in a registry file. */
function idsIn(path: string, session: string): Ids | undefined {
  const entry = entryIn(path, session);
  if (entry === undefined) return undefined;
  return {
    own: entry.claude_session_id_own,
    current: entry.agent_identities?.[entry.agent]?.session_id,
    lineage: (entry.previous_session_ids ?? []).map(({ id }: { id: string }) => id),
  };
}

function entryIn(path: string, session: string) {
  if (!existsSync(path)) return undefined;
  return parse(readFileSync(path, 'utf8'))?.sessions?.[session];
}

/** A registry as a person wrote it, of sessions whose conversations are not known yet: every id field is null. */
export function registryOf(world: PrivateWorld, ...sessions: readonly string[]): string {
  const entries = sessions.map(
    (session) => `  ${session}:
    agent: claude
    cwd: ${world.work}
    status: running
    claude_session_id_own: null
    agent_identities: { claude: { session_id: null } }
    previous_session_ids: []
`,
  );
  return `sessions:\n${entries.join('')}`;
}

/** The ids of an entry of such a registry. */
export function ids(id: string | null, ...lineage: readonly string[]): Ids {
  return { own: id, current: id, lineage };
}
