import { expect, test } from 'vitest';
import { RegistryError } from '../../src/errors.ts';
import { troubleLines } from '../../src/watch/trouble-lines.ts';

test('what failed is said with its reason; a registry says where and what to do', () => {
  expect(troubleLines('a step on the card', new Error('the log is away'))).toEqual([
    'a step on the card failed, the watch goes on: the log is away',
  ]);
  const refused = new RegistryError('the registry is empty', { where: '/r.yaml', cure: 'bring it back' });
  expect(troubleLines('a pass', refused)).toEqual(['the registry is empty', '/r.yaml', 'bring it back']);
});
