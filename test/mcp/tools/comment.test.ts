import { expect, test } from 'vitest';
import { deadPids } from '../../core/world.ts';
import { aDrift } from '../../log/a-drift.ts';
import { served } from '../fake-server.ts';

const registry = 'sessions:\n  shop: { agent: claude, status: running, pane: { pid: 9001, cmd: claude } }\n';
const gone = 'shop: tmux gone (was pane 9001, cmd claude). Marked terminated.';

test('puts what is new on the card, once', async () => {
  const { call, comments, clock } = served({ registry, sees: { panes: deadPids(9001) } });
  await call('reconcile');
  expect(await call('comment')).toBe('a death is held back for a few seconds: its killer may still write it down');
  clock.now += 10_000;
  expect(await call('comment')).toBe(`posted: ${gone}`);
  expect(await call('comment')).toBe('no drift');
  expect(await comments()).toEqual([gone]);
});

test('says of the drifts that were named what became of them', async () => {
  const { call, clock, ports } = served({ registry, sees: { panes: deadPids(9001) } });
  await call('reconcile');
  clock.now += 10_000;
  await call('comment');
  const [id] = [...(await ports.log.ledger()).found.keys()];
  expect(await call('comment', { drift_ids: [id, 'nonsense'] })).toBe(`said before: ${id}\nno such drift: nonsense`);
});

test('puts a text on the card; the same within ten minutes is the same comment', async () => {
  const { call, comments, clock } = served();
  expect(await call('comment', { text: 'all is well' })).toBe('posted');
  expect(await call('comment', { text: 'all is well' })).toBe('said before: nothing posted');
  expect(await call('comment', { text: 'all is very well' })).toBe('posted');
  clock.now += 11 * 60_000;
  expect(await call('comment', { text: 'all is well' })).toBe('posted');
  expect(await comments()).toEqual(['all is well', 'all is very well', 'all is well']);
});

test('a card that there is not is said, not made', async () => {
  expect(await served().call('comment', { task_id: 't_9', text: 'x' })).toMatchInlineSnapshot(`
    "there is no card t_9
    make it"
  `);
});

test('of the drifts that are meant it says which are on the card already, and which there are not', async () => {
  const { call, ports, clock } = served();
  const comment = (...wanted: readonly string[]): Promise<string> => call('comment', { drift_ids: wanted });
  await ports.log.append([{ kind: 'opened', drift: aDrift({ id: 'death', message: 'gone' }) }]);

  const held = 'a death is held back for a few seconds: its killer may still write it down';
  expect(await comment('death', 'nope')).toBe(`${held}\nno such drift: nope`);
  clock.now += 6_000;
  expect(await comment('death')).toBe('posted: gone');
  expect(await comment('death', 'nope')).toBe('said before: death\nno such drift: nope');
  expect(await comment()).toBe('no drift');
});
