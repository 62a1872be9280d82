import { pairsOf } from '../core/model/branded.ts';
import type { Edit } from '../core/model/drift.ts';
import { entryId, type Entry, type Registry } from '../core/model/entry.ts';
import type { Ledger, Memory } from '../core/model/memory.ts';
import { formerRoots } from '../core/place/former-roots.ts';
import { need } from '../core/plan/need.ts';
import type { Observation } from '../core/model/observation.ts';
import { plan } from '../core/plan/make-plan.ts';
import type { Adoption, Deferred, Plan, PlanInput, PlanSettings } from '../core/model/plan.ts';
import { withOwnWrites, withSightings } from '../core/plan/remember.ts';
import { unloggedDeletions } from '../core/plan/tombstones.ts';
import type { MemoryStore } from '../log/memory-store.ts';
import type { LoggedDrift } from '../log/log.ts';
import type { ObservationCost, Observe } from '../observe/observe.ts';
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
  /** Removes the temporary files of killed writers. */
  readonly sweep: () => Promise<void>;
  /** Removes what ended agents reported of themselves. */
  readonly sweepReports: () => void;
  readonly settings: PlanSettings & { readonly graceMs: number };
  /** Decides whether a pass that writes must know every entry's resume line too; absent: it need not. */
  readonly wantsEveryResume?: () => boolean;
  /** Resolves after so many ms, or rejects when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * `once` waits until everything it must decide has settled; `loop` comes back later instead; `dry-run` writes nothing
 * at all.
 */
export type PassMode = 'once' | 'loop' | 'dry-run';

export interface PassResult {
  readonly at: number;
  readonly mode: PassMode;
  readonly registry: Registry;
  /** Names the registry's text as this pass left it; `null`: no file. */
  readonly leftHash: string | null;
  readonly plan: Plan;
  /**
   * The input of the plan that follows the last observation. If the registry's text changed before the write, `plan` was
   * made again from a newer registry and ledger.
   */
  readonly input: PlanInput;
  readonly observation: Observation;
  /** Every drift that is open now, with its id: found in this pass, or open before and not judged by it. */
  readonly standing: readonly LoggedDrift[];
  /**
   * The drifts of `standing` that are news: the log did not hold them open before this pass, or this pass repairs them.
   */
  readonly opened: readonly LoggedDrift[];
  readonly deferred: readonly Deferred[];
  readonly edits: readonly Edit[];
  readonly written: boolean;
  /** This pass started the registry file. */
  readonly started: boolean;
  /** Why the memory could not be kept for the next process; `null`: it was kept, or was not to be. */
  readonly notKept: string | null;
  readonly cost: ObservationCost & { readonly ms: number };
}

/**
 * Makes one pass: recalls, observes, plans, commits.
 * @throws RegistryError if the registry cannot be read or written, or its lock cannot be had
 */
export async function pass(
  ports: PassPorts,
  mode: PassMode,
  signal: AbortSignal,
  adopt: Adoption | null = null,
): Promise<PassResult> {
  // Not `performance`, which is a module to load.
  const began = process.uptime();
  const mayWrite = mode === 'once' || mode === 'loop';
  const { registryFile } = ports;
  const stored = await ports.memoryStore.load();
  const recalled = await recall(ports, registryFile.read, stored, mayWrite);
  assertKnownHost(adopt, recalled);
  const planned = await observeAndPlan(ports, mode, { ...recalled, adopt }, signal);
  let decision = await decide(ports, recalled, planned.plan);
  const result = (): PassResult => resultOf(decision, { mode, planned, ms: msSince(began) }, ports);
  if (!mayWrite) return result();
  // The sighting is logged before the write, so that no other place takes a new entry for its own.
  if (planned.plan.seen !== null) await ports.log.append([{ kind: 'seen', ...planned.plan.seen }]);

  // The text has changed since it was read: plan again from the new text, with the same observation, while the lock is
  // held.
  const again = async (read: ReadRegistry): Promise<Decision> => {
    const now = await recall(ports, read, stored, mayWrite);
    const formerMemory = withSightings(now.formerMemory, {
      before: planned.plan.nextMemory,
      registry: now.read.registry,
      now: ports.now(),
    });
    const known = { ...now, formerMemory, adopt };
    return (decision = await decide(ports, known, plan(inputOf(ports, known, planned))));
  };
  const { change, written } = await commit(ports, decision, again, signal).catch(async (error: unknown) => {
    const { tombstones } = await ports.log.ledger();
    await ports.memoryStore.save(afterFailure(decision.plan, stored, tombstones), stored);
    throw error;
  });
  const entryHashes = written ? (change.prepared?.entryHashes ?? {}) : {};
  const notKept = await ports.memoryStore.save(withOwnWrites(change.plan.nextMemory, entryHashes), stored);
  ports.sweepReports();
  const { prepared, read } = change;
  return {
    ...result(),
    leftHash: written && prepared !== null ? prepared.hash : read.registry.hash,
    written,
    started: written && read.kind === 'absent',
    notKept,
  };
}

/**
 * Returns the time since then by the process's own clock, which cannot be set; ms.
 * @param began s
 */
function msSince(began: number): number {
  return Math.round((process.uptime() - began) * 1_000);
}

type Known = Recalled & { readonly adopt: Adoption | null };

/** The last observation of a pass, and the plan made from it. */
interface Planned {
  /** When it began; ms since 1970. */
  readonly began: number;
  readonly observation: Observation;
  readonly looksAgain: number;
  readonly input: PlanInput;
  readonly plan: Plan;
  readonly cost: ObservationCost;
}

/** A single pass waits at most so long in all, for entries that settle and for a second observation; ms. */
const waitsAtMostMs = 5_000;

/** Observes and plans until the plan asks for no further observation that this mode waits for. */
async function observeAndPlan(
  ports: PassPorts,
  mode: PassMode,
  recalled: Known,
  signal: AbortSignal,
): Promise<Planned> {
  const began = ports.now();
  const readAt = process.uptime();
  const isElsewhere = ofAnotherPlace(recalled, ports.place);
  const everyResume = mode === 'dry-run' || ports.wantsEveryResume?.() === true;
  const rootOf = formerRoots(recalled.ledger, ports.place);
  const settings = { ...ports.settings, everyResume, isElsewhere, rootOf };
  const needed = need(recalled.read.registry, recalled.formerMemory, settings);
  let cost: ObservationCost = { spawns: 0, bytesRead: 0 };
  for (let looksAgain = 0; ; looksAgain += 1) {
    const { observation, cost: own } = await ports.observe(needed, signal);
    // An aborted observation proves nothing: its sources are not blind.
    signal.throwIfAborted();
    cost = { spawns: cost.spawns + own.spawns, bytesRead: cost.bytesRead + own.bytesRead };
    const input = inputOf(ports, recalled, { began, observation, looksAgain });
    const made = plan(input);
    const again = made.lookAgain;
    const isWaitedFor = again !== null && (again.kind === 'confirm' || mode === 'once');
    const waitMs = Math.min(again?.afterMs ?? 0, waitsAtMostMs - msSince(readAt));
    if (!isWaitedFor || waitMs <= 0 || looksAgain >= looksAtMost)
      return { began, observation, looksAgain, input, plan: made, cost };
    await ports.wait(waitMs, signal);
  }
}

const looksAtMost = 5;

/**
 * Decides whether an entry was last seen in another place. It is then not looked for, but its own session is found here
 * all the same.
 */
function ofAnotherPlace({ ledger, adopt }: Known, place: string): (entry: Entry) => boolean {
  if (adopt !== null) return () => false;
  return (entry) => (ledger.homes.get(entryId(entry))?.place ?? place) !== place;
}

function inputOf(
  { settings, now }: PassPorts,
  { read, formerMemory, ledger, adopt }: Known,
  { began, observation, looksAgain }: Pick<Planned, 'began' | 'observation' | 'looksAgain'>,
): PlanInput {
  const { registry } = read;
  const { agents, registerPattern, settleMs, writeHost, blindAfterMs, expiryWarningMs, attention } = settings;
  return {
    registry,
    observation,
    formerMemory,
    ledger,
    settings: { agents, registerPattern, settleMs, writeHost, blindAfterMs, expiryWarningMs, attention },
    now: now(),
    began,
    adopt,
    looksAgain,
  };
}

function resultOf(
  { read, prepared, plan: made, standing, opened, deferred, edits }: Decision,
  { mode, planned, ms }: { mode: PassMode; planned: Planned; ms: number },
  { now }: PassPorts,
): PassResult {
  const { observation, cost } = planned;
  // A process of its own takes the lock.
  const spawns = cost.spawns + (mode !== 'dry-run' && prepared !== null ? 1 : 0);
  return {
    at: now(),
    mode,
    registry: read.registry,
    leftHash: read.registry.hash,
    plan: made,
    input: planned.input,
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

/**
 * Returns what to remember if nothing was written: without the entries that were to be registered, and with the deleted
 * ones that the log knows nothing of.
 */
function afterFailure(made: Plan, stored: Memory, logged: Ledger['tombstones']): Memory {
  const { drifts, nextMemory } = made;
  const registered = new Set(
    drifts.flatMap((drift) => drift.edits).flatMap((edit) => (edit.op === 'register' ? [entryId(edit.entry)] : [])),
  );
  const entries = pairsOf(nextMemory.entries).filter(([id]) => !registered.has(id));
  return { ...nextMemory, entries: { ...unloggedDeletions(made, stored, logged), ...Object.fromEntries(entries) } };
}
