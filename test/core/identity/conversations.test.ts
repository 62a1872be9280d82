import { describe, expect, test } from 'vitest';
import type { Edit } from '../../../src/core/model/drift.ts';
import type { Entry } from '../../../src/core/model/entry.ts';
import type { Ledger } from '../../../src/core/model/memory.ts';
import type { ClaudeObservation } from '../../../src/agents/claude/observation.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import {
  aPane,
  aProcess,
  aSession,
  aTree,
  aWorld,
  anEntry,
  claudeLive,
  claudeLook,
  defaultSocket,
  hour,
  listed,
  longAgo,
  now,
  opened,
  over,
  trees,
  idsOf,
} from '../world.ts';

const day = 24 * hour;
const [old, fresh] = ['87dc548e-0000-4000-8000-000000000000', '99dc548e-0000-4000-8000-000000000000'] as const;
const root = { path: '/home/me/.claude', exists: true, keepsRecords: true, cleanupDays: 30 };

const live = claudeLive(1001, fresh);

/** Returns the drifts of one entry whose session runs a Claude. */
function found(fields: Partial<Entry>, look: Partial<ClaudeObservation>, ledger: Partial<Ledger> = {}) {
  return planned(fields, look, ledger).drifts;
}

function planned(fields: Partial<Entry>, look: Partial<ClaudeObservation>, ledger: Partial<Ledger>) {
  return plan(
    aWorld({
      ledger,
      entries: [anEntry('shop', fields)],
      observation: {
        sockets: new Map([[defaultSocket, listed([aSession('shop', { panes: [aPane(1001)] })])]]),
        panes: trees(aTree(aProcess(1001))),
        claude: claudeLook({ roots: [root], ...look }),
      },
    }),
  );
}

const written = (edits: readonly Edit[] = []) =>
  edits.map((edit) => (edit.op === 'set' ? [edit.path.join('.'), edit.to] : edit.op));
const artifact = (id: string, mtime = now, folder = root.path) =>
  [id, { path: `${folder}/projects/p/${id}.jsonl`, size: 1, mtime }] as const;

describe('session-id-rotated', () => {
  const look = { live: new Map([[1001, live]]), artifacts: new Map([artifact(old, longAgo), artifact(fresh)]) };

  test('the new id goes where the old one stood, and the old one into the lineage', () => {
    const [drift, ...more] = found({ ids: idsOf({ own: old, claude: old }) }, look);
    expect(more).toEqual([]);
    expect(drift).toMatchObject({
      kind: 'session-id-rotated',
      message: `shop: goes on as ${fresh} (was ${old}). Noted, the old id is kept in its lineage.`,
    });
    expect(written(drift?.edits)).toEqual([
      ['claude_session_id_own', fresh],
      ['agent_identities.claude.session_id', fresh],
      'prepend',
    ]);
    const created = found({ ids: idsOf({ own: fresh, claude: old }) }, look);
    expect(written(created[0]?.edits)).toEqual([['agent_identities.claude.session_id', fresh], 'prepend']);
  });

  test('a lineage of another shape is not thrown away: the rotation is told, and nothing of it written', () => {
    const misshapen = [{ path: 'previous_session_ids', line: 7, words: 'a single word where a list belongs' }];
    const all = found({ ids: idsOf({ own: old }), misshapen }, look);
    expect(all.map(({ kind, edits }) => [kind, edits])).toEqual([
      ['session-id-rotated', []],
      ['registry-unreadable', []],
    ]);
    expect(all[0]?.message).toBe(
      `shop: goes on as ${fresh} (was ${old}). Left as it is: previous_session_ids is a single word where a list belongs.`,
    );
  });

  test('an id that is current again leaves the lineage', () => {
    const lineage = [{ id: fresh, until: null, reason: 'rotated' }];
    const [drift] = found({ ids: idsOf({ own: old }), lineage }, look);
    expect(written(drift?.edits)).toEqual([['claude_session_id_own', fresh], 'prepend']);
    expect(drift?.edits[1]).toMatchObject({
      item: { id: old, until: '2026-07-01T09:00:30Z', reason: 'rotated' },
      dropping: [fresh],
    });
  });

  test('not before its file is there', () => {
    expect(found({ ids: idsOf({ own: old }) }, { ...look, artifacts: new Map([artifact(old)]) })).toEqual([]);
  });
});

test("an id materializes in Claude's own field, and in another one only where that stands empty", () => {
  const look = { live: new Map([[1001, live]]), artifacts: new Map([artifact(fresh)]) };
  const edits = (ids: Parameters<typeof idsOf>[0]) => written(found({ ids: idsOf(ids) }, look)[0]?.edits);
  expect(edits({})).toEqual([['claude_session_id_own', fresh]]);
  expect(edits({ own: null, claude: null })).toEqual([
    ['claude_session_id_own', fresh],
    ['agent_identities.claude.session_id', fresh],
  ]);
  expect(found({ ids: idsOf({}) }, { ...look, artifacts: new Map([[fresh, null]]) })).toEqual([]);
});

describe('artifact-missing', () => {
  const missing = { artifacts: new Map([[old, null]]) };
  const messages = (fields: Partial<Entry>) =>
    found({ ids: idsOf({ own: old }), ...fields }, missing).map(({ message, edits }) => [message, edits]);

  test.each([
    ['older than what Claude keeps', { createdAt: now - 30 * day }, 'likely purged after 30 days'],
    ['younger', { createdAt: now - 29 * day }, 'likely never written, or moved'],
    ['of unknown age', { createdAt: null }, 'likely purged after 30 days, or moved'],
  ])('the likely cause of one that is %s', (_age, fields, cause) => {
    expect(messages(fields)).toEqual([[`shop: stale id ${old}, its artifact is gone (${cause}). Kept in YAML.`, []]]);
  });

  test('it was purged by the settings that rule', () => {
    const roots = [
      { ...root, cleanupDays: 90 },
      { ...root, path: '/srv/claude', cleanupDays: 7 },
    ];
    const look = { ...missing, roots };
    expect(found({ ids: idsOf({ own: old }), createdAt: now - 8 * day }, look)[0]?.message).toContain(
      'purged after 7 days',
    );
  });

  test('each recorded id once, and none that a living agent holds', () => {
    expect(messages({ ids: idsOf({ own: old, claude: old }) })).toHaveLength(1);
    const held = { ...missing, live: new Map([[1001, { ...live, sessionId: old }]]) };
    expect(found({ ids: idsOf({ own: old }) }, held)).toEqual([]);
  });
});

describe('transcript-expiring', () => {
  const kept = (days: number, folder = root.path) => ({
    artifacts: new Map([artifact(old, now - days * day, folder)]),
  });
  const kinds = (fields: Partial<Entry>, look: Partial<ClaudeObservation>) =>
    found({ ids: idsOf({ own: old }), ...fields }, look).map(({ kind }) => kind);

  test("less than three days before Claude's clean-up it is said, and nothing is written", () => {
    expect(found({ ids: idsOf({ own: old }) }, kept(28))).toMatchObject([
      {
        kind: 'transcript-expiring',
        class: 'N',
        message:
          `shop: its transcript ${old} falls to Claude's clean-up at 2026-07-03T09:00:30Z (cleanupPeriodDays 30). ` +
          'Say something in it, or raise cleanupPeriodDays.',
        edits: [],
      },
    ]);
    expect(kinds({}, kept(27)), 'three days before').toEqual([]);
    expect(kinds({ status: 'terminated', terminatedAt: longAgo - hour }, kept(28))).not.toContain(
      'transcript-expiring',
    );
  });

  test('a deadline that is over is said to be over', () => {
    expect(found({ ids: idsOf({ own: old }) }, kept(31))[0]?.message).toBe(
      `shop: its transcript ${old} may be taken by Claude's clean-up at any time since 2026-06-30T09:00:30Z ` +
        '(cleanupPeriodDays 30). Say something in it, or raise cleanupPeriodDays.',
    );
  });

  test('it is told anew where the deadline comes nearer, and not where it moves on', () => {
    const after = (cleanupDays: number, written: number, ledger: Partial<Ledger> = {}) => {
      const look = { roots: [{ ...root, cleanupDays }], ...kept(written) };
      const { drifts, absentDrifts } = planned({ ids: idsOf({ own: old }) }, look, ledger);
      return { drift: drifts[0] ?? expect.fail('it is not told'), absentDrifts };
    };
    const first = after(30, 28).drift;
    const nearer = after(20, 28, opened(first));
    expect(nearer.drift.key).not.toBe(first.key);
    expect(nearer.absentDrifts, 'the former one ends silently').toEqual(over());
    const moved = after(30, 27.5, opened(first));
    expect([moved.drift.key, moved.absentDrifts]).toEqual([first.key, []]);
    const later = after(30, 28, opened(nearer.drift));
    expect([later.drift.key, later.absentDrifts]).toEqual([nearer.drift.key, []]);
    const twoDays = after(2, 1).drift;
    expect(after(2, 0, opened(twoDays)).drift.key, 'each turn of an agent moves it on').toBe(twoDays.key);
  });

  test('each folder has its own time', () => {
    const roots = [root, { path: '/srv/claude', exists: true, keepsRecords: true, cleanupDays: 90 }];
    expect(kinds({}, { roots, ...kept(28, '/srv/claude') })).toEqual([]);
    expect(kinds({}, { roots, ...kept(88, '/srv/claude') })).toEqual(['transcript-expiring']);
  });

  test('the settings that rule it are named', () => {
    const roots = [{ ...root, cleanupDays: 7, cleanupSetBy: '/w/shop/.claude/settings.json' }];
    expect(found({ ids: idsOf({ own: old }) }, { roots, ...kept(5) })[0]?.message).toContain(
      '(cleanupPeriodDays 7 in /w/shop/.claude/settings.json)',
    );
  });
});
