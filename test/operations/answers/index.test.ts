import { expect, test } from 'vitest';
import * as z from 'zod';
import { answers } from '../../../src/operations/answers/index.ts';
import { operations } from '../../../src/operations/index.ts';

test('every command that answers has a schema', () => {
  const described = Object.keys(answers).map((command) => command.split(' ')[0]);
  expect(operations.map(({ name }) => name).filter((name) => !described.includes(name))).toEqual(['mcp', 'report']);
});

test('a field that no schema names is refused, at every depth', () => {
  const open = Object.entries(answers).flatMap(([command, answer]) =>
    openObjects(z.toJSONSchema(answer, { unrepresentable: 'any' }), command),
  );
  expect(open).toEqual([]);
});

/** Returns the paths of the objects that take any field. */
function openObjects(schema: unknown, path: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.entries(schema).flatMap(([key, value]) => openObjects(value, `${path}/${key}`));
  const isOpen = 'type' in schema && schema.type === 'object' && !('additionalProperties' in schema);
  return isOpen ? [path, ...inner] : inner;
}
