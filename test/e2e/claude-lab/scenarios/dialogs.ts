import { expect } from 'vitest';
import { trustDialog } from '../claude-pane.ts';
import type { ClaudeWorld } from '../claude-world.ts';
import { Looks } from '../../agent-lab/looks.ts';

const asked = 'asked-creator-claude';
const forked = 'forked-creator-claude';
const view = 'view-creator-claude';
const none = { own: null, current: undefined, lineage: [] };

/** Claudes that have no conversation yet, or only show those of others, while scripts run Claude in their folders. */
export async function dialogs(world: ClaudeWorld): Promise<void> {
  const looks = await Looks.begin(world, 'sessions:\n');
  const untrusted = world.folder('untrusted');
  const original = await world.headless('the parent', untrusted);
  const question = world.openShell(asked, { cwd: untrusted });
  const fork = world.openShell(forked, { cwd: untrusted });
  await Promise.all([question.type('claude'), fork.type(`claude --resume ${original} --fork-session`)]);
  await Promise.all([question, fork].map((pane) => pane.shows(trustDialog)));
  if (world.claude.hasBackground) {
    const list = world.openShell(view);
    await list.type('claude agents');
    await list.shows(/describe a task/);
  }
  const open = { [asked]: none, [forked]: none, ...(world.claude.hasBackground ? { [view]: none } : {}) };
  await Promise.all([world.headless('by a script', untrusted), world.headless('beside the view')]);
  expect(await looks.expectIds(open)).toEqual(Object.keys(open).map(() => 'session-unregistered'));
  await Promise.all([world.headless('once more', untrusted), world.headless('beside it once more')]);
  expect(await looks.expectIds(open)).toEqual([]);

  await question.trust();
  await question.idle();
  const own = await question.prompt('trusted now');
  expect(await looks.expectIds({ ...open, [asked]: { ...none, own } })).toEqual(['session-id-materialized']);
}
