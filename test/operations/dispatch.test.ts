import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WatchedError } from '../../src/errors.ts';
import type { Context } from '../../src/operations/context.ts';
import { dispatch } from '../../src/operations/dispatch.ts';
import { answers, fakeContext } from './fake-context.ts';

/** Makes a Hermes with these profiles; `asked` holds its calls. */
function hermesWith(
  profiles: readonly string[],
  change: Partial<Context> = {},
  created = { stdout: JSON.stringify({ id: 't_12345678' }), stderr: '' },
) {
  const asked: (readonly string[])[] = [];
  const rows = [...profiles.map((name) => ({ name, on_disk: true })), { name: 'long-gone', on_disk: false }];
  const context: Context = {
    ...fakeContext({}).context,
    hermes: (slug) => ({
      run: (words) => {
        asked.push([...(slug === null ? [] : ['--board', slug]), ...words]);
        const answer = words.includes('create') ? created : { stdout: JSON.stringify(rows), stderr: '' };
        return Promise.resolve({ ...answer, code: 0 });
      },
      follow: () => Promise.resolve(),
      slug: null,
      version: () => Promise.resolve(null),
      boardMadeAt: () => Promise.resolve(null),
    }),
    ...change,
  };
  return { context, asked };
}

test('a card for a model, and how to stop it on its board', async () => {
  const { context, asked } = hermesWith(['default']);
  const [answer] = await answers(dispatch, context, { values: { 'hermes-board': 'my lab', 'max-runtime': 7_200_000 } });
  expect(answer?.text).toMatchInlineSnapshot(`
    "t_12345678
    a tick of the dispatcher starts its worker: hermes kanban dispatch, or hermes gateway start
    stop it with: hermes kanban --board 'my lab' comment t_12345678 'stop monitoring'"
  `);
  expect(asked.at(-1)?.slice(0, 8)).toEqual([
    '--board',
    'my lab',
    'create',
    'monitor my sessions',
    '--assignee',
    'default',
    '--goal',
    '--goal-max-turns',
  ]);
  expect(asked.at(-1)?.join(' ')).toContain(' --max-runtime 7200 --body ');
});

test('a card without a model, and the command that works it', async () => {
  const { context, asked } = hermesWith(['default']);
  const values = { worker: 'self', 'hermes-board': 'lab', 'max-runtime': 90_500 };
  const [answer] = await answers(dispatch, context, { values });
  expect(answer?.text).toMatchInlineSnapshot(`
    "t_12345678
    work it with: asm monitor --board hermes --card t_12345678 --hermes-board lab --max-runtime 91s
    stop it with: hermes kanban --board lab comment t_12345678 'stop monitoring'"
  `);
  expect(asked.at(-1)).not.toContain('--goal');
});

test('an assignee that Hermes would not spawn, or would spawn beside the monitor, is refused before a card is made', async () => {
  const { context, asked } = hermesWith(['default', 'agent-sessions-lean']);
  const refusal = (values: Record<string, string>) => answers(dispatch, context, { values });
  await expect(refusal({ assignee: 'long-gone' })).rejects.toMatchObject({
    code: 2,
    message: 'Hermes has no profile long-gone: no worker would take the card',
    cure: expect.stringMatching(/^it has default, agent-sessions-lean; make one/),
  });
  await expect(refusal({ worker: 'self', assignee: 'default' })).rejects.toMatchObject({ code: 2 });
  expect(asked.every((words) => words[0] === 'assignees')).toBe(true);
  expect(await refusal({ assignee: 'agent-sessions-lean' })).toHaveLength(1);
});

test('a profile without the skill, whose worker would end at once and say nothing, is refused', async () => {
  const home = mkdtempSync(join(tmpdir(), 'asm-dispatch-'));
  writeFileSync(join(home, 'config.yaml'), '');
  const { context, asked } = hermesWith(['default'], { env: { HERMES_HOME: home } });
  await expect(answers(dispatch, context)).rejects.toMatchObject({
    code: 2,
    message: 'profile default has no skill agent-sessions-monitor',
    cure: `asm setup --hermes-home ${home}`,
  });
  expect(asked.map(([verb]) => verb)).toEqual(['assignees']);
  expect(await answers(dispatch, context, { values: { worker: 'self' } })).toHaveLength(1);
  rmSync(home, { recursive: true });
});

test.each([
  ['', 'kanban: no database', 'Hermes made no card: kanban: no database'],
  ['', '', 'Hermes made no card: it said nothing'],
  // A later Hermes may have made one.
  ['{"card":"t_9"}\n', '', 'Hermes did not say which card it made: {"card":"t_9"}'],
])('Hermes says %j and %j: %s', async (stdout, stderr, message) => {
  const { context } = hermesWith(['default'], {}, { stdout, stderr });
  await expect(answers(dispatch, context, { values: { worker: 'self' } })).rejects.toMatchObject({
    code: 5,
    message,
    cure: 'see whether it is there: hermes kanban list',
  });
});

test('where a live monitor holds this host no card is made', async () => {
  const watched = new WatchedError('pid 7 already watches this registry', { cure: 'look at that card' });
  const { context, asked } = hermesWith(['default'], { assertNotWatched: () => Promise.reject(watched) });
  await expect(answers(dispatch, context)).rejects.toBe(watched);
  expect(asked).toEqual([]);
});

test('--print is one line to paste, and asks no program', async () => {
  const { context, asked } = hermesWith([]);
  const [answer] = await answers(dispatch, context, { values: { print: true, assignee: 'nobody-yet' } });
  expect(answer?.text).toMatch(/^hermes kanban create 'monitor my sessions' --assignee nobody-yet --goal .*$/);
  expect(answer?.text).not.toContain('\n');
  expect(answer?.json).toMatchObject({ card: null });
  expect(asked).toEqual([]);
});
