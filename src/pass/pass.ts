import type { Edit } from '../core/model/drift.ts';
import { entryId, type Entry, type Registry } from '../core/model/entry.ts';
import type { Memory } from '../core/model/memory.ts';
import { need } from '../core/plan/need.ts';
import type { Observation } from '../core/model/observation.ts';
import { plan } from '../core/plan/make-plan.ts';
import type { Adoption, Deferred, Plan, PlanSettings } from '../core/model/plan.ts';
import { withOwnWrites, withSightings } from '../core/plan/remember.ts';
import type { MemoryStore } from '../log/memory-store.ts';
import type { LoggedDrift } from '../log/log.ts';
import type { LookCost, Observe } from '../observe/observe.ts';
import { commit } from '../registry/commit.ts';
import type { ReadRegistry } from '../registry/registry-file.ts';
import { assertKnownHost } from './known-host.ts';
import { decide, type Decision } from './decide.ts';
import { recall, type Recalled, type RecallPorts } from './recall.ts';

export interface PassPorts extends RecallPorts {
  readonly memoryStore: MemoryStore;
  readonly observe: Observe;
  /** The id of this place. */
  readonly place: string;
  /** Takes away what killed writers of ours have left. */
  readonly sweep: () => Promise<void>;
  readonly settings: PlanSettings & { readonly graceMs: number };
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
  /** Those of `standing` that are news: the log did not hold them open before this pass, or it repairs them. */
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

/**
 * Looks, compares, repairs, once.
 * @throws RegistryError if the registry cannot be read or written, or its lock cannot be had.
 */
export async function pass(
  ports: PassPorts,
  mode: PassMode,
  signal: AbortSignal,
  adopt: Adoption | null = null,
): Promise<PassResult> {
  // Not `performance`: that alone is a module to load.
  const began = process.uptime();
  const mayWrite = mode === 'once' || mode === 'loop';
  const { registryFile } = ports;
  const stored = await ports.memoryStore.load();
  const recalled = await recall(ports, registryFile.read, stored, mayWrite);
  assertKnownHost(adopt, recalled);
  const look = await lookAndPlan(ports, mode, { ...recalled, adopt }, signal);
  let decision = await decide(ports, recalled, look.plan);
  const result = (): PassResult => resultOf(decision, { mode, look, ms: msSince(began) }, ports);
  if (!mayWrite) return result();
  // Before a write, so that no other place takes a new entry for its own.
  if (look.plan.seen !== null) await ports.log.append([{ kind: 'seen', ...look.plan.seen }]);

  // The text has changed since: the same observation beside it, while the lock is held.
  const again = async (read: ReadRegistry): Promise<Decision> => {
    const now = await recall(ports, read, stored, mayWrite);
    const formerMemory = withSightings(now.formerMemory, {
      before: look.plan.nextMemory,
      registry: now.read.registry,
      now: ports.now(),
    });
    const known = { ...now, formerMemory, adopt };
    return (decision = await decide(ports, known, planOnce(ports, known, look)));
  };
  const { change, written } = await commit(ports, decision, again, signal).catch(async (error: unknown) => {
    await ports.memoryStore.save(withoutRegistered(decision.plan), stored);
    throw error;
  });
  const entryHashes = written ? (change.prepared?.entryHashes ?? {}) : {};
  const notKept = await ports.memoryStore.save(withOwnWrites(change.plan.nextMemory, entryHashes), stored);
  const { prepared, read } = change;
  return {
    ...result(),
    leftHash: written && prepared !== null ? prepared.hash : read.registry.hash,
    written,
    started: written && read.kind === 'absent',
    notKept,
  };
}

/** By the process's own clock, which nobody sets; ms. @param began s */
function msSince(began: number): number {
  return Math.round((process.uptime() - began) * 1_000);
}

type Known = Recalled & { readonly adopt: Adoption | null };

interface Look {
  /** When it began; ms since 1970. */
  readonly began: number;
  readonly observation: Observation;
  readonly looksAgain: number;
  readonly plan: Plan;
  readonly cost: LookCost;
}

/** All that one pass waits for (what must settle, a second look that must agree) ends so long after it has read; ms. */
const waitsAtMostMs = 5_000;

/** Observes and plans until the plan asks for no further look that this mode waits for. */
async function lookAndPlan(ports: PassPorts, mode: PassMode, recalled: Known, signal: AbortSignal): Promise<Look> {
  const began = ports.now();
  const readAt = process.uptime();
  const isElsewhere = ofAnotherPlace(recalled, ports.place);
  const settings = { ...ports.settings, everyResume: mode === 'dry-run', isElsewhere };
  const needed = need(recalled.read.registry, recalled.formerMemory, settings);
  let cost: LookCost = { spawns: 0, bytesRead: 0 };
  for (let looksAgain = 0; ; looksAgain += 1) {
    const { observation, cost: own } = await ports.observe(needed, signal);
    // Sources that were broken off are not blind: nothing is concluded from such a look.
    signal.throwIfAborted();
    cost = { spawns: cost.spawns + own.spawns, bytesRead: cost.bytesRead + own.bytesRead };
    const made = planOnce(ports, recalled, { began, observation, looksAgain });
    const again = made.lookAgain;
    const isWaitedFor = again !== null && (again.kind === 'confirm' || mode === 'once');
    const waitMs = Math.min(again?.afterMs ?? 0, waitsAtMostMs - msSince(readAt));
    if (!isWaitedFor || waitMs <= 0 || looksAgain >= looksAtMost)
      return { began, observation, looksAgain, plan: made, cost };
    await ports.wait(waitMs, signal);
  }
}

const looksAtMost = 5;

/** Where it was seen last decides what is looked for; where its own session lives here it is found all the same. */
function ofAnotherPlace({ ledger, adopt }: Known, place: string): (entry: Entry) => boolean {
  if (adopt !== null) return () => false;
  return (entry) => (ledger.homes.get(entryId(entry))?.place ?? place) !== place;
}

function planOnce(
  { settings, now }: PassPorts,
  { read, formerMemory, ledger, adopt }: Known,
  { began, observation, looksAgain }: Omit<Look, 'plan' | 'cost'>,
): Plan {
  return plan({
    registry: read.registry,
    observation,
    formerMemory,
    ledger,
    settings,
    now: now(),
    began,
    adopt,
    looksAgain,
  });
}

function resultOf(
  { read, prepared, plan: made, standing, opened, deferred, edits }: Decision,
  { mode, look, ms }: { mode: PassMode; look: Look; ms: number },
  { now }: PassPorts,
): PassResult {
  const { observation, cost } = look;
  // The lock is taken by a process of its own.
  const spawns = cost.spawns + (mode !== 'dry-run' && prepared !== null ? 1 : 0);
  return {
    at: now(),
    mode,
    registry: read.registry,
    leftHash: read.registry.hash,
    plan: made,
    observation,
    standing,
    opened,
    deferred,
    edits,
    written: false,
    started: false,
    notKept: null,
    cost: { ...cost, spawns, ms },
  };
}

/** What to remember where nothing was written: what was to be registered is not in the file. */
function withoutRegistered({ drifts, nextMemory }: Plan): Memory {
  const registered = new Set(
    drifts.flatMap((drift) => drift.edits).flatMap((edit) => (edit.op === 'register' ? [entryId(edit.entry)] : [])),
  );
  const entries = Object.entries(nextMemory.entries).filter(([id]) => !registered.has(id));
  return { ...nextMemory, entries: Object.fromEntries(entries) };
}
