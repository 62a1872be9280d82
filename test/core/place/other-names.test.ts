import { expect, test } from 'vitest';
import { otherNames } from '../../../src/core/place/other-names.ts';
import { aPane, aSession, aWorld, anEntry, defaultSocket, listed } from '../world.ts';

const named = (name: string, command: string, dead = false) =>
  aSession(name, { panes: [aPane(1001, { command, dead })] });
const world = (...sessions: readonly ReturnType<typeof named>[]) =>
  aWorld({ observation: { sockets: new Map([[defaultSocket, listed(sessions)]]) } });

test('agents in sessions with other names are named to a user who sees nothing else', () => {
  const cure = 'rename with tmux rename-session, or set registry.register_pattern in the config';
  expect(otherNames(world(named('main', 'claude'), named('notes', 'vim'), named('old', 'claude', true)))).toEqual([
    `main runs an agent, but its name is not like shop-creator-claude: ${cure}`,
  ]);
  expect(otherNames(world(named('main\u001b[31m', 'claude'), named('work', 'codex')))).toEqual([
    `main\\x1b[31m, work run agents, but their names are not like shop-creator-claude: ${cure}`,
  ]);
});

test('nothing is said of names that are registered, nor beside entries of the registry', () => {
  expect(otherNames(world(named('shop-creator-claude', 'claude'), named('notes', 'vim')))).toEqual([]);
  const { registry } = aWorld({ entries: [anEntry('shop-creator-claude')] });
  expect(otherNames({ ...world(named('main', 'claude')), registry })).toEqual([]);
});
