import { describe, expect, test } from 'vitest';
import type { TmuxSession } from '../../../src/core/model/observation.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import { aPane, aProcess, aSession, aTree, aWorld, anEntry, defaultSocket, listed, longAgo, trees } from '../world.ts';
import { rememberedIncarnation } from '../../../src/core/place/last-changed.ts';

const [shop, web] = ['shop-creator-claude', 'web-creator-claude'];
const panes = [aPane(1001)];
const original = aSession(shop, { id: '$9', panes });
/** A view as a web or phone client makes it: `new-session -t`. */
const view = aSession(web, { id: '$10', panes });
const seeing = (...sessions: readonly TmuxSession[]) => ({
  sockets: new Map([[defaultSocket, listed(sessions)]]),
  panes: trees(aTree(aProcess(1001)), aTree(aProcess(2002))),
});
const said = (world: Parameters<typeof aWorld>[0]) => {
  const { drifts, verdicts, silentEdits } = plan(aWorld(world));
  return {
    drifts: drifts.map(({ kind, session }) => `${kind} ${session ?? ''}`),
    liveness: verdicts.map(({ liveness }) => liveness),
    silentEdits,
  };
};

describe('a grouped view', () => {
  test('of a session that has an entry is not registered, whatever its name', () => {
    const entries = [anEntry(shop)];
    const nothing = { drifts: [], liveness: ['alive'], silentEdits: [] };
    expect(said({ entries, observation: seeing(view, original) })).toEqual(nothing);
    const ignored = [anEntry(shop, { ignore: true })];
    expect(said({ entries: ignored, observation: seeing(view, original) })).toEqual(nothing);
  });

  test('where neither has an entry, the older one is registered, once', () => {
    expect(said({ observation: seeing(view, original) }).drifts).toEqual([`session-unregistered ${shop}`]);
    const unnamed = aSession('main', { id: '$1', panes });
    expect(said({ observation: seeing(unnamed, view) }).drifts).toEqual([`session-unregistered ${web}`]);
  });

  test('is not registered in place of the session whose entry the user took out', () => {
    const seen = { socket: defaultSocket, serverPid: 900, serverStart: 'start-900', sessionId: '$9' };
    const incarnation = rememberedIncarnation(seen);
    const ledger = { tombstones: new Set([incarnation]) };
    expect(said({ observation: seeing(view, original), ledger }).drifts).toEqual([]);
  });

  test('is not what a terminated entry of its name comes back as', () => {
    const ended = anEntry(web, { status: 'terminated', terminatedAt: longAgo - 1000, pane: null });
    const both = { entries: [ended, anEntry(shop)], observation: seeing(view, original) };
    expect(said(both)).toEqual({ drifts: [], liveness: ['unknown', 'alive'], silentEdits: [] });
  });

  test('of two running entries the one of the older session has the agent; the other one says why', () => {
    const entries = [anEntry(web), anEntry(shop)];
    expect(said({ entries, observation: seeing(view, original) })).toEqual({
      drifts: [],
      liveness: ['unknown', 'alive'],
      silentEdits: [],
    });
    const { verdicts } = plan(aWorld({ entries, observation: seeing(view, original) }));
    expect(verdicts[0]?.evidence[0]?.said).toBe(`$10 shows the panes of ${shop}: one agent, and that entry has it`);
  });

  test('keeps the agent alive when its original is killed', () => {
    expect(said({ entries: [anEntry(shop)], observation: seeing(view) })).toMatchObject({
      drifts: [`session-renamed ${shop}`],
      liveness: ['alive'],
    });
  });
});

test('a session with a linked window beside one of its own is a session of its own', () => {
  const linked = aSession(web, { id: '$10', panes: [aPane(2002), aPane(1001)] });
  expect(said({ entries: [anEntry(shop)], observation: seeing(original, linked) }).drifts).toEqual([
    `session-unregistered ${web}`,
  ]);
});
