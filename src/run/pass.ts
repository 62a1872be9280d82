import type { Drift, Edit } from '../core/drift.ts';
import { unreadableFileDrift } from '../core/drift/registry-unreadable.ts';
import { entryId, type Registry } from '../core/entry.ts';
import type { LastLook, Ledger } from '../core/memory.ts';
import { need } from '../core/need.ts';
import type { Observation } from '../core/observation.ts';
import { plan } from '../core/make-plan.ts';
import type { Deferred, Plan, PlanSettings } from '../core/plan.ts';
import { withOwnWrites } from '../core/remember.ts';
import { RegistryError } from '../errors.ts';
import { driftsIn } from '../log/event-drifts.ts';
import type { LastLookStore } from '../log/last-look.ts';
import type { Log, LoggedDrift } from '../log/log.ts';
import type { LookCost, Observe } from '../observe/observe-port.ts';
import type { ReadResult, RegistryFile } from '../registry/registry-file.ts';
import { withOwnTexts } from './own-texts.ts';
import { preparable } from './preparable.ts';
import { settleIntended } from './settle-intended.ts';
import { swap } from './swap.ts';

export interface PassPorts {
  /** Symlinks resolved. */
  readonly registryPath: string;
  readonly registryFile: RegistryFile;
  readonly log: Log;
  readonly lastLook: LastLookStore;
  readonly observe: Observe;
  /** Takes away what killed writers of ours have left. */
  readonly sweep: () => Promise<void>;
  readonly settings: PlanSettings & { readonly graceMs: number };
  /** ms since 1970. */
  readonly now: () => number;
  /** Resolves after so many ms, or rejects when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** `once` waits until what it must decide has settled; `loop` comes back instead; `dry-run` writes nothing at all. */
export type PassMode = 'once' | 'loop' | 'dry-run';

export interface PassResult {
  readonly at: number;
  readonly mode: PassMode;
  readonly registry: Registry;
  /** Names the registry's text as this pass left it; `null`: no file. */
  readonly leftHash: string | null;
  readonly plan: Plan;
  readonly observation: Observation;
  /** Every drift that is open now, with its id: seen in this look, or open before and not judged by it. */
  readonly standing: readonly LoggedDrift[];
  /** Those of `standing` that the log did not hold open before this pass. */
  readonly opened: readonly LoggedDrift[];
  readonly deferred: readonly Deferred[];
  readonly edits: readonly Edit[];
  readonly written: boolean;
  /** This pass started the registry file. */
  readonly started: boolean;
  /** Why the look could not be kept for the next process; `null`: it was, or was not to be. */
  readonly notKept: string | null;
  readonly cost: LookCost & { readonly ms: number };
}

/** A registry that cannot be read: the drift is in the log, nothing was written. */
export class UnreadableRegistry extends RegistryError {
  readonly drift: LoggedDrift;
  constructor(read: Extract<ReadResult, { kind: 'unreadable' }>, drift: LoggedDrift) {
    super(read.message, { where: read.where, cure: read.cure });
    this.drift = drift;
  }
}

const plansAtMost = 4;

/**
 * Looks, compares, repairs, once.
 * @throws RegistryError if the registry cannot be read or written, or its lock cannot be had.
 */
export async function pass(ports: PassPorts, mode: PassMode, signal: AbortSignal): Promise<PassResult> {
  // Not `performance`: that alone is a module to load.
  const began = process.uptime();
  const mayWrite = mode === 'once' || mode === 'loop';
  let cost: LookCost = { spawns: 0, bytesRead: 0 };
  for (let attempt = 1; ; attempt += 1) {
    const read = await readRegistry(ports, mayWrite, signal);
    if (mayWrite) await settleIntended(ports.log, ports.registryFile, read);
    const stored = await ports.lastLook.load();
    const remembered = { lastLook: stored, ledger: await ports.log.ledger() };
    const { lastLook, ledger } = await withOwnTexts(remembered, read.registry, ports.log);
    const look = await lookAndPlan(ports, mode, { registry: read.registry, lastLook, ledger, signal });
    cost = { spawns: cost.spawns + look.cost.spawns, bytesRead: cost.bytesRead + look.cost.bytesRead };
    const drifts = look.plan.drifts.map((drift) => withId(drift, ports.log, ledger));
    const { prepared, edits, standing, deferred } = await preparable(ports.registryFile, read, look.plan, drifts);
    const opened = standing.filter((drift) => !ledger.open.has(drift.id));
    const undecided = await openButUndecided(ports.log, ledger, look.plan, standing);
    const result = {
      at: ports.now(),
      mode,
      registry: read.registry,
      leftHash: read.registry.hash,
      plan: look.plan,
      observation: look.observation,
      standing: [...standing, ...undecided],
      opened,
      deferred,
      edits,
      written: false,
      started: false,
      notKept: null,
      cost: { ...cost, ms: msSince(began) },
    };
    if (!mayWrite) return result;
    const planned = { read, plan: look.plan, prepared, edits, standing, opened, ledger, signal };
    const swapped = await swap(ports, planned).catch(async (error: unknown) => {
      await ports.lastLook.save(withoutRegistered(look.plan), stored);
      throw error;
    });
    if (swapped.kind === 'changed' && attempt < plansAtMost) continue;
    if (swapped.kind === 'changed') throw keepsChanging(read.registry.path);
    const notKept = await ports.lastLook.save(withOwnWrites(look.plan.nextLook, swapped.entryHashes), stored);
    return {
      ...result,
      ...swapped.result,
      notKept,
      cost: { ...cost, spawns: cost.spawns + swapped.spawns, ms: msSince(began) },
    };
  }
}

/** By the process's own clock, which nobody sets; ms. @param began s */
function msSince(began: number): number {
  return Math.round((process.uptime() - began) * 1_000);
}

async function readRegistry(ports: PassPorts, mayWrite: boolean, signal: AbortSignal): Promise<Readable> {
  const ledger = await ports.log.ledger();
  const known = { knowsEntries: ledger.knowsEntries, ours: ledger.registered, mayCache: mayWrite };
  const first = await ports.registryFile.read(known);
  if (first.kind !== 'unreadable') return first;
  // A writer at work, who has emptied the file or is half through: he is given the time to end.
  await ports.wait(writerMs, signal);
  const read = await ports.registryFile.read(known);
  if (read.kind !== 'unreadable') return read;
  const drift = withId(unreadableFileDrift({ ...read, path: ports.registryPath, at: ports.now() }), ports.log, ledger);
  if (mayWrite && !ledger.open.has(drift.id)) await ports.log.append([{ kind: 'opened', drift }]);
  throw new UnreadableRegistry(read, drift);
}

type Readable = Exclude<ReadResult, { kind: 'unreadable' }>;

/** How long somebody may take to write the registry in place; ms. */
const writerMs = 500;

/** Observes and plans until the plan asks for no further look that this mode waits for. */
async function lookAndPlan(
  ports: PassPorts,
  mode: PassMode,
  known: { registry: Registry; lastLook: LastLook; ledger: Ledger; signal: AbortSignal },
): Promise<{ plan: Plan; observation: Observation; cost: LookCost }> {
  const needed = need(known.registry, known.lastLook, ports.settings);
  const began = ports.now();
  let cost: LookCost = { spawns: 0, bytesRead: 0 };
  for (let looksAgain = 0; ; looksAgain += 1) {
    const look = await ports.observe(needed, known.signal);
    // Sources that were broken off are not blind: nothing is concluded from such a look.
    known.signal.throwIfAborted();
    cost = { spawns: cost.spawns + look.cost.spawns, bytesRead: cost.bytesRead + look.cost.bytesRead };
    const made = plan({
      registry: known.registry,
      observation: look.observation,
      lastLook: known.lastLook,
      ledger: known.ledger,
      settings: ports.settings,
      now: ports.now(),
      began,
      looksAgain,
    });
    const again = made.lookAgain;
    if (again === null || looksAgain >= looksAtMost || (again.kind === 'settle' && mode !== 'once')) {
      return { plan: made, observation: look.observation, cost };
    }
    await ports.wait(again.afterMs, known.signal);
  }
}

const looksAtMost = 5;

async function openButUndecided(
  log: Log,
  ledger: Ledger,
  made: Plan,
  standing: readonly LoggedDrift[],
): Promise<readonly LoggedDrift[]> {
  const seen = new Set(standing.map((drift) => drift.id));
  const open = [...ledger.open.values()].filter(({ id, isRepaired }) => isRepaired !== true && !seen.has(id));
  const ids = new Set(open.filter(made.undecided).map(({ id }) => id));
  if (ids.size === 0) return [];
  const byId = new Map<string, LoggedDrift>();
  for (const event of await log.read()) {
    for (const drift of driftsIn(event)) if (ids.has(drift.id)) byId.set(drift.id, drift);
  }
  return [...byId.values()];
}

/** What to remember where nothing was written: what was to be registered is not in the file. */
function withoutRegistered({ drifts, nextLook }: Plan): LastLook {
  const registered = new Set(
    drifts.flatMap((drift) => drift.edits).flatMap((edit) => (edit.op === 'register' ? [entryId(edit.entry)] : [])),
  );
  const entries = Object.entries(nextLook.entries).filter(([id]) => !registered.has(id));
  return { ...nextLook, entries: Object.fromEntries(entries) };
}

function withId(drift: Drift, log: Log, ledger: Ledger): LoggedDrift {
  return { ...drift, id: log.idOf(drift.key, ledger) };
}

function keepsChanging(path: string): RegistryError {
  return new RegistryError('the registry kept changing while it was being repaired; nothing was written', {
    where: path,
    cure: 'try again when the other writer is done',
  });
}
