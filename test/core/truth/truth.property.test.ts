import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Drift, Edit } from '../../../src/core/model/drift.ts';
import { entryId, type Entry } from '../../../src/core/model/entry.ts';
import { emptyMemory, type Memory } from '../../../src/core/model/memory.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import type { Plan, PlanInput } from '../../../src/core/model/plan.ts';
import { withOwnWrites } from '../../../src/core/plan/remember.ts';
import { applyEdits } from '../apply-edits.ts';
import { agentIn } from './claude.ts';
import { deeds, happen, type Deed } from './deeds.ts';
import { lookAt, type Blindness } from './look.ts';
import { Story, type Beginning } from './story.ts';
import type { Proc, Session } from './truth.ts';
import { propertyRuns } from '../property-runs.ts';
import { now } from '../world.ts';

const beginning: fc.Arbitrary<Beginning> = fc.record({
  isAgy: fc.constantFrom(false, false, false, true),
  version: fc.nat(7),
  folder: fc.constantFrom(0, 0, 1),
  isOtherRoot: fc.constantFrom(false, false, false, true),
  isScratch: fc.constantFrom(false, false, true),
  isVisited: fc.constantFrom(false, false, true),
  start: fc.constantFrom('fresh', 'fresh', 'chosen', 'resume', 'fork', 'chosen fork', 'continue', 'attach'),
  asks: fc.constantFrom(false, false, true),
  entry: fc.constantFrom('none', 'null', 'null', 'true', 'true', 'capitals', 'ignored'),
  namesPane: fc.boolean(),
});

const deed: fc.Arbitrary<Deed> = fc.record({
  what: fc.constantFrom(...deeds),
  who: fc.nat(11),
  which: fc.nat(23),
  wait: fc.constantFrom(1200, 2500, 7000, 60_000),
  look: fc.oneof(
    { weight: 5, arbitrary: fc.constant(null) },
    { weight: 4, arbitrary: fc.constant('nothing' as const) },
    { weight: 2, arbitrary: fc.constantFrom('tmux', 'processes', 'claude', 'folder') },
  ),
});

const story = fc.record({
  keepsElsewhere: fc.boolean(),
  hasHooks: fc.boolean(),
  beginnings: fc.array(beginning, { minLength: 1, maxLength: 4 }),
  deeds: fc.array(deed, { minLength: 1, maxLength: 8 }),
});

test("no plan writes an id that is another's, ends a session that lives, or gives one id to two entries", () => {
  fc.assert(
    fc.property(story, ({ keepsElsewhere, hasHooks, beginnings, deeds: happens }) => {
      const world = new Watched(new Story(now, keepsElsewhere, hasHooks, beginnings));
      world.look('nothing');
      for (const one of happens) {
        happen(world.story, one);
        if (one.look !== null) world.look(one.look);
      }
      world.story.truth.now += 60_000;
      world.look('nothing');
    }),
    propertyRuns(500),
  );
}, 1_200_000);

/** Watches a story: each plan is compared with the truth, and then carried out. */
class Watched {
  readonly story: Story;
  #formerMemory: Memory = emptyMemory;
  /** The session that each entry is about. */
  readonly #about = new Map<string, Session>();

  constructor(story: Story) {
    this.story = story;
    for (const entry of story.entries) this.#find(entry);
  }

  look(blind: Blindness): void {
    const { truth, keepsRecords } = this.story;
    const input = lookAt(truth, this.story.entries, this.#formerMemory, blind, keepsRecords);
    const made = pass(input);
    const edits = [...made.drifts.flatMap((drift) => drift.edits), ...made.silentEdits];
    const { entries, hashes } = applyEdits(this.story.entries, edits);
    for (const edit of edits) this.#check(edit);
    for (const drift of made.drifts) this.#checkOffer(drift);
    checkOwners(this.story.entries, entries);
    this.story.entries = entries;
    for (const entry of entries) this.#find(entry);
    this.#formerMemory = withOwnWrites(made.nextMemory, hashes);
  }

  #check(edit: Edit): void {
    const session = this.#about.get(entryId(edit.entry)) ?? null;
    if (edit.op === 'register') this.#checkId(edit.fields['claude_session_id_own'], null, this.#find(edit.entry));
    if (edit.op !== 'set') return;
    if (edit.path.at(-1) === 'status' && edit.to === 'terminated') {
      const lives =
        this.#find(edit.entry) ?? (session?.panes.some(({ root }) => this.#isShown(root)) === true ? session : null);
      expect(lives?.name, `${edit.entry.session} is ended`).toBeUndefined();
    }
    if (/session_id|conversation_id/.test(edit.path.at(-1) ?? ''))
      this.#checkId(edit.to, edit.from, this.#find(edit.entry) ?? session);
  }

  #isShown(root: Proc): boolean {
    return this.story.truth.panes.some((pane) => pane.root === root);
  }

  #checkId(id: unknown, from: unknown, session: Session | null): void {
    if (typeof id !== 'string') return;
    const exchanges = typeof from === 'string';
    const agents = (session?.panes ?? []).map((pane) => agentIn(this.story.truth, pane));
    expect(
      agents.flatMap((proc) => (proc === null ? [] : idsOf(proc, exchanges))),
      session?.name ?? 'nowhere',
    ).toContain(id);
  }

  /**
   * Checks that conversations of a headless run, an IDE or another config root are offered only where the agent itself
   * went on with them.
   */
  #checkOffer({ kind, message, session }: Drift): void {
    if (kind !== 'identity-ambiguous') return;
    const { truth, entries } = this.story;
    const entry = entries.find((one) => one.session === session);
    const where = entry === undefined ? undefined : (this.#find(entry) ?? this.#about.get(entryId(entry)));
    const agents = (where?.panes ?? []).flatMap((pane) => agentIn(truth, pane)?.agent ?? []);
    const recorded = new Set((entry?.ids ?? []).map(({ value }) => value?.toLowerCase()));
    for (const id of message.toLowerCase().match(/[0-9]{8}-aaaa-[0-9a-f-]+/g) ?? []) {
      const file = truth.conversations.get(id);
      if (file === undefined || recorded.has(id) || agents.some(({ ran }) => ran.has(id))) continue;
      expect([null, 'cli'], message).toContain(file.entrypoint);
      expect(
        agents.map(({ root }) => root),
        message,
      ).toContain(file.root);
      expect(file.isBackground, message).toBe(false);
    }
  }

  /** Finds the living session of an entry's name, on its server. */
  #find({ session: name, socket }: Pick<Entry, 'session' | 'socket'>): Session | null {
    const key = entryId({ session: name, socket });
    const home = this.#about.get(key)?.server.socket;
    const path = socket === null ? home : socket.startsWith('/') ? socket : `/tmp/tmux-1000/${socket}`;
    const found = this.story.truth.sessions.find(
      (one) => one.name === name && (path === undefined || one.server.socket === path),
    );
    if (found !== undefined) this.#about.set(key, found);
    return found ?? null;
  }
}

/**
 * Returns the ids that may be written for that agent. An empty id may also be filled with a former conversation if the
 * agent went on with another one without a trace: `/resume` in a version whose record or arguments do not tell.
 */
function idsOf({ agent }: Proc, exchanges: boolean): readonly string[] {
  if (agent === null || agent.mode === 'view' || agent.parkedJobId !== null) return [];
  if (agent.pending !== null) return agent.pending.isCopyOf === null ? [agent.pending.id] : [];
  const isTold = agent.version.record === 'true' || agent.kind === 'agy';
  if (isTold || (exchanges && agent.version.record === 'stale')) return agent.current === null ? [] : [agent.current];
  return agent.version.record === 'random' ? [] : [...agent.ran];
}

/** Runs one pass, with a second observation where the plan asks for one. */
function pass(input: PlanInput): Plan {
  const made = plan(input);
  return made.lookAgain?.kind === 'confirm' ? plan({ ...input, looksAgain: 1 }) : made;
}

/** Checks that no id gets into two entries. */
function checkOwners(before: readonly Entry[], after: readonly Entry[]): void {
  const ids = (one: Entry): readonly string[] =>
    one.ids.flatMap(({ value }) => (value == null ? [] : [value.toLowerCase()]));
  const held = new Set(before.flatMap((one) => ids(one).map((id) => `${entryId(one)} ${id}`)));
  for (const one of after) {
    for (const id of ids(one).filter((each) => !held.has(`${entryId(one)} ${each}`))) {
      expect(after.filter((other) => ids(other).includes(id)).map(entryId)).toEqual([entryId(one)]);
    }
  }
}
