import { expect, test } from 'vitest';
import { InTurn } from '../../src/system/in-turn.ts';

test('one after the other, in the order in which they were asked; a failure keeps nothing waiting', async () => {
  const turns = new InTurn();
  const did: string[] = [];
  let finish: () => void = () => undefined;
  const first = turns.run(async () => {
    did.push('first begins');
    await new Promise<void>((resolve) => (finish = resolve));
    did.push('first ends');
    return 1;
  });
  const second = turns.run(() => {
    did.push('second');
    return Promise.reject(new Error('refused'));
  });
  const third = turns.run(async () => void did.push('third'));
  await Promise.resolve();
  finish();
  expect(await first).toBe(1);
  await expect(second).rejects.toThrow('refused');
  await third;
  expect(did).toEqual(['first begins', 'first ends', 'second', 'third']);
});

test('it is idle when all that was asked is done', async () => {
  const turns = new InTurn();
  let isDone = false;
  void turns.run(async () => {
    await Promise.resolve();
    isDone = true;
  });
  await turns.idle();
  expect(isDone).toBe(true);
});
