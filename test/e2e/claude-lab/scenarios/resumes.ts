import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { isAlive } from '../../private-world.ts';
import { until } from '../../agent-lab/until.ts';
import type { ClaudeWorld } from '../claude-world.ts';
import { Looks } from '../../agent-lab/looks.ts';

const [moved, tree, nested] = ['moved-creator-claude', 'tree-creator-claude', 'nested-creator-claude'] as const;

interface Conversation {
  readonly id: string;
  /** Where Claude works on it. */
  readonly cwd: string;
}

/** Conversations that live in another folder than the entry names: each resume line, and the script of a mass event. */
export async function resumes(world: ClaudeWorld): Promise<void> {
  const looks = await Looks.begin(world, registry());
  const conversations = await begun(world);
  const recorded = Object.fromEntries(Object.entries(conversations).map(([name, { id }]) => [name, only(id)]));
  await looks.expectIds(recorded);

  const lines: Record<string, string> = {};
  for (const name of Object.keys(conversations)) {
    await world.paneOf(name).killSession();
    lines[name] = (await looks.told('session-gone', name)).resume ?? '';
  }
  const again = Object.entries(conversations).map(async ([name, conversation]) => {
    const pane = world.openShell(name, { cwd: world.root });
    await pane.start(lines[name]);
    expect(await pane.prompt(`${name} again`)).toBe(conversation.id);
    expect(pane.record()?.cwd, lines[name]).toBe(conversation.cwd);
  });
  await Promise.all(again);
  expect(await looks.expectIds(recorded)).not.toContain('identity-ambiguous');

  await killServer(world);
  const { resume = '' } = await looks.told('tmux-server-died');
  execFileSync('sh', ['-c', resume], { env: world.env, cwd: world.root });
  const live = (): readonly Conversation[] => {
    const found = world.records().map(({ sessionId, cwd }) => ({ id: sessionId, cwd }));
    return found.toSorted((one, other) => one.id.localeCompare(other.id));
  };
  // While it starts, 2.1.123 names another one.
  const all = Object.values(conversations).toSorted((one, other) => one.id.localeCompare(other.id));
  await vi.waitFor(() => expect(live()).toEqual(all), { timeout: 60_000, interval: 50 });
  expect(await looks.expectIds(recorded)).not.toContain('identity-ambiguous');

  await killServer(world);
  await looks.told('tmux-server-died');
  const { stdout: script } = await world.run(['resume']);
  execFileSync('sh', ['-c', script], { env: world.env, cwd: world.root });
  await vi.waitFor(() => expect(live()).toEqual(all), { timeout: 60_000, interval: 50 });
  const panes = world.tmux(['list-panes', '-a', '-F', '#{pane_id}']);
  execFileSync('sh', ['-c', script], { env: world.env, cwd: world.root });
  expect(world.tmux(['list-panes', '-a', '-F', '#{pane_id}'])).toBe(panes);
  const pane = world.paneOf(moved);
  await pane.idle();
  await pane.exit();
  await pane.shows(/[#$] *\s*$/);
}

/** Ends the server, and waits for its agents to end: until then their conversations go on. */
async function killServer(world: ClaudeWorld): Promise<void> {
  const agents = world.records().map(({ pid }) => pid);
  world.tmux(['kill-server']);
  await until('the agents to end', () => !agents.some(isAlive));
}

const only = (own: string) => ({ own, current: undefined, lineage: [] });

/** The folder as people write it: the home as `~`, or a folder above the one that is meant. */
function registry(): string {
  const folders = { [moved]: '"~/work"', [tree]: '~/repository', [nested]: '$HOME/work' };
  const entries = Object.entries(folders).map(
    ([name, cwd]) => `  ${name}: { agent: claude, status: running, cwd: ${cwd}, claude_session_id_own: null }\n`,
  );
  return `sessions:\n${entries.join('')}`;
}

/** One that goes elsewhere with `/cd`, one in a worktree, one in a folder below. @returns them by session. */
async function begun(world: ClaudeWorld): Promise<Record<string, Conversation>> {
  const repository = world.folder('home/repository');
  const git = (...words: string[]) => execFileSync('git', words, { cwd: repository, env: world.env });
  git('init', '-q');
  git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-q', '--allow-empty', '-m', 'first');
  const other = world.folder('home/an other');
  const below = world.folder('home/work/below');
  const places = [
    {
      name: moved,
      pane: world.openShell(moved),
      command: 'claude',
      cwd: world.claude.changesFolder ? other : world.work,
    },
    {
      name: tree,
      pane: world.openShell(tree, { cwd: repository }),
      command: 'claude --worktree side',
      cwd: join(repository, '.claude/worktrees/side'),
    },
    { name: nested, pane: world.openShell(nested, { cwd: below }), command: 'claude', cwd: below },
  ];
  const conversations = places.map(async ({ name, pane, command, cwd }) => {
    await pane.start(command);
    const id = await pane.prompt(`hello of ${name}`);
    if (cwd === other) await pane.type(`/cd ${other}`);
    await until(`${name} to be in ${cwd}`, () => pane.record()?.cwd === cwd);
    return [name, { id, cwd }] as const;
  });
  return Object.fromEntries(await Promise.all(conversations));
}
