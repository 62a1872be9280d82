import { describe, expect, test } from 'vitest';
import type { Edit } from '../../src/core/model/drift.ts';
import { exitCode } from '../../src/errors.ts';
import { aWorld, anEntry } from '../core/world.ts';
import { named } from '../named.ts';
import { reconcile } from '../../src/operations/reconcile.ts';
import { answers, documentWith, fakeContext, gone, reportWith } from './fake-context.ts';

const repaired = documentWith({
  registry: { path: '/home/me/registry.yaml', entries: 2, written: true, edits: 1 },
  counts: { alive: 1, gone: 1, unknown: 0 },
  drifts: [gone],
  standing: [gone],
});

describe('reconcile', () => {
  test('prints one block a drift: what is seen, what was written, what to do', async () => {
    const { context } = fakeContext({ passes: [reportWith({ document: repaired })] });
    const [answer] = await answers(reconcile, context);
    expect(answer?.text).toMatchInlineSnapshot(`
      "A  shop-creator-claude: tmux gone (was pane 201132, cmd claude). Marked terminated.
         seen   tmux:/tmp/tmux-1000/default: complete list of 11 sessions, not among them
         wrote  status: running → terminated
         do     cd /home/me/shop && claude --resume 87dc548e

      2 entries: 1 alive, 1 gone, 0 unknown. 1 value written to /home/me/registry.yaml."
    `);
    expect(answer?.json).toEqual(repaired);
    expect(answer?.exit).toBe(0);
  });

  test('makes one pass with --once, and refuses it with --subscribe, which stays', async () => {
    const { context, said } = fakeContext({ passes: [reportWith({})] });
    const both = { values: { once: true, subscribe: true } };
    await expect(answers(reconcile, context, both)).rejects.toMatchObject({
      code: 2,
      message: '--once and --subscribe exclude each other',
    });
    expect(said).toEqual([]);
    expect(await answers(reconcile, context, { values: { once: true } })).toHaveLength(1);
  });

  test('says what is open, deferred and unseen', async () => {
    const document = documentWith({
      dry_run: true,
      registry: { path: '/home/me/registry.yaml', entries: 2, written: false, edits: 1 },
      drifts: [gone],
      standing: [gone, { ...gone, id: 'b', class: 'D', message: 'old: stale id 1\u001b[2J' }],
      deferred: [{ session: 'new', reason: 'entry changed 2 s ago', until: null }],
      blind: [
        {
          source: 'tmux:/tmp/x',
          since: '2026-07-01T09:00:30.000Z',
          reason: 'no answer in 2000 ms',
          cure: 'kill -CONT 12',
        },
      ],
    });
    const { context } = fakeContext({ passes: [reportWith({ document, exit: exitCode.blind })] });
    const [answer] = await answers(reconcile, context, { values: { 'dry-run': true } });
    expect(answer?.text).toMatchInlineSnapshot(`
      "A  shop-creator-claude: tmux gone (was pane 201132, cmd claude). Marked terminated.
         seen   tmux:/tmp/tmux-1000/default: complete list of 11 sessions, not among them
         would  status: running → terminated
         do     cd /home/me/shop && claude --resume 87dc548e

      Still open:
         D  old: stale id 1\\x1b[2J

      Left for later:
         new: entry changed 2 s ago

      Cannot see:
         tmux:/tmp/x: no answer in 2000 ms. Cure: kill -CONT 12

      2 entries: 2 alive, 0 gone, 0 unknown. 1 value would be written to /home/me/registry.yaml."
    `);
    expect(answer?.exit).toBe(4);
  });

  test.each([
    ['a pass', false],
    ['a dry run', true],
  ])('%s does not claim what was written before, as by a monitor', async (_, dryRun) => {
    const document = documentWith({ dry_run: dryRun, drifts: [gone] });
    const { context } = fakeContext({ passes: [reportWith({ document })] });
    const [answer] = await answers(reconcile, context);
    expect(answer?.text.split('\n').slice(1)).toEqual([
      '   seen        tmux:/tmp/tmux-1000/default: complete list of 11 sessions, not among them',
      '   was written status: running → terminated',
      '   do          cd /home/me/shop && claude --resume 87dc548e',
      '',
      '2 entries: 2 alive, 0 gone, 0 unknown. Nothing written now.',
    ]);
  });

  test('names the session of each edit of an event for many, and gives their way back to paste', async () => {
    const mass = {
      ...gone,
      kind: 'tmux-server-died' as const,
      class: 'J' as const,
      session: null,
      sessions: ['shop', 'blog'],
      message: 'The tmux server died: 2 sessions are gone (shop, blog). Marked terminated.',
      edits: ['shop', 'blog'].map((name) => ({
        path: ['sessions', name, 'status'],
        from: 'running',
        to: 'terminated',
      })),
      resume: 'tmux new-session -d -s shop\ntmux new-session -d -s blog',
    };
    const { context } = fakeContext({ passes: [reportWith({ document: { ...repaired, drifts: [mass] } })] });
    const [answer] = await answers(reconcile, context);
    expect(answer?.text.split('\n\n')[0]).toMatchInlineSnapshot(`
      "J  The tmux server died: 2 sessions are gone (shop, blog). Marked terminated.
         seen   tmux:/tmp/tmux-1000/default: complete list of 11 sessions, not among them
         wrote  shop: status: running → terminated
         wrote  blog: status: running → terminated
         do     all of these lines:
         tmux new-session -d -s shop
         tmux new-session -d -s blog"
    `);
  });

  test('a quiet pass is one line', async () => {
    const { context } = fakeContext({ passes: [reportWith({})] });
    const [answer] = await answers(reconcile, context);
    expect(answer?.text).toMatchInlineSnapshot(`"2 entries: 2 alive, 0 gone, 0 unknown. Nothing new."`);
  });

  test('a first pass that finds nothing has written nothing worth a word', async () => {
    const registry = { path: '/home/me/registry.yaml', entries: 0, written: true, edits: 0 };
    const document = documentWith({ registry, counts: { alive: 0, gone: 0, unknown: 0 } });
    const [answer] = await answers(reconcile, fakeContext({ passes: [reportWith({ document })] }).context);
    expect(answer?.text).toBe('0 entries: 0 alive, 0 gone, 0 unknown. Nothing new.');
  });

  test('moves the cursor only after its answer was read', async () => {
    let committed = false;
    const report = reportWith({
      commit: () => {
        committed = true;
        return Promise.resolve();
      },
    });
    const { context } = fakeContext({ passes: [report] });
    for await (const _ of reconcile.run(context, { words: [], values: {}, json: true })) break;
    expect(committed).toBe(false);
    await answers(reconcile, fakeContext({ passes: [report] }).context);
    expect(committed).toBe(true);
  });

  test('--exit-code ends with 1 on drift, with 4 when blind as well', async () => {
    const exits = [exitCode.done, exitCode.blind].map(async (exit) => {
      const { context } = fakeContext({ passes: [reportWith({ document: repaired, exit })] });
      return (await answers(reconcile, context, { values: { 'exit-code': true } }))[0]?.exit;
    });
    expect(await Promise.all(exits)).toEqual([1, 4]);
  });

  test('--exit-code counts no agent that only waits for the user', async () => {
    const waits = { ...gone, kind: 'needs-you', class: 'P' };
    const document = documentWith({ drifts: [waits], standing: [waits] });
    const { context } = fakeContext({ passes: [reportWith({ document })] });
    expect((await answers(reconcile, context, { values: { 'exit-code': true } }))[0]?.exit).toBe(0);
  });

  test('says on stderr that it started a registry', async () => {
    const { context, said } = fakeContext({ passes: [reportWith({ started: true })] });
    await answers(reconcile, context);
    expect(said).toEqual(['stderr: started a registry at /home/me/registry.yaml\n']);
  });

  test('counts entries of another place apart, and says how they are adopted where none was', async () => {
    const unknown = [{ session: 'blog', place: 'lab2', reason: 'it belongs to lab2', cure: 'adopt it' }];
    const document = documentWith({ counts: { alive: 1, gone: 0, unknown: 1 }, unknown });
    const others = '; those of lab2 are claimed by --adopt --from HOST';
    const seen = { place: 'p', sightings: { p: { at: 0, pane: 1, start: null } } };
    const adopted = { place: 'p', sightings: {} };
    for (const [homes, why] of [
      [[], 'the registry has no entries'],
      [[seen], 'every entry was seen somewhere before'],
      [[null], 'every entry names another host'],
      [[adopted, seen, null], 'every entry was seen somewhere before or was adopted before or names another host'],
    ] as const) {
      const entries = homes.map((_, index) => anEntry(`s${index}`));
      const known = homes.flatMap((home, index) => (home === null ? [] : [[named(`s${index}`), home] as const]));
      const input = aWorld({ entries, ledger: { homes: new Map(known) } });
      const { context, said } = fakeContext({ passes: [reportWith({ document, input })] });
      const [answer] = await answers(reconcile, context, { values: { adopt: true } });
      expect(answer?.text).toBe('2 entries: 1 alive, 0 gone, 0 unknown, 1 elsewhere. Nothing new.');
      expect(said).toEqual([`stderr: nothing to adopt: ${why}${others}\n`]);
    }
  });

  test('shows the hosts that an adoption writes, and no other silent edit', async () => {
    const entry = { session: 'blog', socket: null };
    const host: Edit = { op: 'set', entry, path: ['host'], from: 'lab1', to: 'vm' };
    const pane: Edit = { op: 'set', entry, path: ['pane', 'pid'], from: 1, to: 2 };
    const refused: Edit = { ...host, entry: { session: 'shop', socket: null } };
    const report = reportWith({
      document: documentWith({ registry: { path: '/r.yaml', entries: 2, written: true, edits: 2 } }),
      edits: [host, pane],
    });
    const adopted = { place: 'p', host: 'vm', entries: [named('blog'), named('shop')] };
    const plan = { ...report.plan, adopted, silentEdits: [host, refused, pane] };
    const { context } = fakeContext({ passes: [{ ...report, plan }] });
    const [answer] = await answers(reconcile, context, { values: { adopt: true, from: 'lab1' } });
    expect(answer?.text).toBe(
      'Adopted:\n   blog: host: lab1 → vm\n\n2 entries: 2 alive, 0 gone, 0 unknown. 2 values written to /r.yaml.',
    );
  });

  test('--subscribe prints the start, then only what is new, until the signal', async () => {
    const stop = new AbortController();
    const last = reportWith({ document: repaired });
    const { context } = fakeContext({ passes: [reportWith({}), reportWith({}), last], signal: stop.signal });
    const seen: unknown[] = [];
    const input = { words: [], values: { subscribe: true, interval: 1 }, json: true };
    for await (const answer of reconcile.run(context, input)) {
      seen.push(answer.json);
      if (seen.length === 2) stop.abort();
    }
    expect(seen).toEqual([documentWith({}), repaired]);
  });
});
