import { expect, test } from 'vitest';
import { boardOfCard, boards, dispatchedIn } from '../../src/operations/boards.ts';

test('each board has a name and a slug flag of its own, and a title and limits', () => {
  const flags = boards.flatMap(({ slugFlag }) => (slugFlag === null ? [] : [slugFlag.name]));
  const names = boards.map(({ name }) => name);
  expect(new Set([...names, ...flags]).size).toBe(names.length + flags.length);
  for (const { traits } of boards) {
    expect(traits.title).not.toBe('');
    expect(traits.commentBytes).toBeGreaterThanOrEqual(64);
    expect(traits.waitSeconds).toBeGreaterThan(0);
  }
});

test('a process knows the card that a board started it for; an unfilled template is none', () => {
  const env = { HERMES_KANBAN_TASK: 't_1', HERMES_KANBAN_RUN_ID: '7' };
  expect(dispatchedIn(env)).toEqual({ board: 'hermes', card: 't_1', run: '7', callsInTurn: 80 });
  expect(dispatchedIn({ HERMES_KANBAN_TASK: '${HERMES_KANBAN_TASK}' })).toBeNull();
  expect(dispatchedIn({})).toBeNull();
});

test("the registry's own card is on the local board, another one where this process was dispatched to or on Hermes'", () => {
  const dispatched = { board: 'elsewhere', card: 't_1', run: null, callsInTurn: 80 };
  expect(boardOfCard('local-1', 'local-1', dispatched)).toBe('local');
  expect(boardOfCard('t_1', 'local-1', dispatched)).toBe('elsewhere');
  expect(boardOfCard('t_2', 'local-1', null)).toBe('hermes');
});
