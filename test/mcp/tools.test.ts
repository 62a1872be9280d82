import { expect, test } from 'vitest';
import { inputSchema } from '../../src/mcp/tool.ts';
import { tools } from '../../src/mcp/tools/index.ts';

/**
 * Finds what strict providers of models refuse in a tool's schema: with one such tool the whole list never reaches the
 * model.
 * @returns one line for each fault, with its path
 */
function faults(schema: unknown, path: string): readonly string[] {
  if (!isRecord(schema)) return [`${path}: no schema`];
  const { type, description } = schema;
  const own = Object.keys(schema).filter((key) => !['type', 'description', 'properties', 'items'].includes(key));
  const found = own.map((key) => `${path}: ${key}`);
  if (typeof type !== 'string' || !['object', 'array', 'string', 'number', 'boolean'].includes(type)) {
    return [...found, `${path}: type ${JSON.stringify(type)}`];
  }
  const isInner = path.includes('.');
  if (isInner && !path.endsWith('[]') && typeof description !== 'string') found.push(`${path}: no description`);
  if ((type === 'array') !== 'items' in schema) found.push(`${path}: items`);
  if ((type === 'object') !== 'properties' in schema) found.push(`${path}: properties`);
  if (type === 'array') return [...found, ...faults(schema['items'], `${path}[]`)];
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  return [...found, ...Object.entries(properties).flatMap(([name, each]) => faults(each, `${path}.${name}`))];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

test.each(tools.map((tool) => [tool.name, tool] as const))(
  '%s: strict providers take its input schema',
  (name, tool) => {
    const schema = inputSchema(tool);
    expect(schema.type).toBe('object');
    expect(faults(schema, name)).toEqual([]);
  },
);

test('a strict provider would say what is wrong', () => {
  const properties = {
    ids: { type: 'array', description: '' },
    deep: { type: 'array', description: '', items: { type: 'array' } },
    any: { description: '' },
    several: { type: ['string', 'null'], description: '' },
    closed: { type: 'object', description: '', properties: {}, additionalProperties: false },
    count: { type: 'number', description: '', maximum: 5 },
    bare: { type: 'string' },
  };
  expect(faults({ type: 'object', properties }, 'x')).toEqual([
    'x.ids: items',
    'x.ids[]: no schema',
    'x.deep[]: items',
    'x.deep[][]: no schema',
    'x.any: type undefined',
    'x.several: type ["string","null"]',
    'x.closed: additionalProperties',
    'x.count: maximum',
    'x.bare: no description',
  ]);
});

test('what is read of a call is what the schema names, whatever else stands there', () => {
  for (const { name, input } of tools) {
    const given = Object.fromEntries(Object.keys(input.shape).map((key) => [key, { nonsense: true }]));
    expect(
      Object.values(input.parse({ ...given, unknown: 1 })).filter((value) => value !== undefined),
      name,
    ).toEqual([]);
    expect(input.parse({}), name).toEqual({});
  }
});

test('a host is told which tools only read, and that each may be called twice', () => {
  expect(tools.filter(({ annotations }) => annotations.readOnlyHint).map(({ name }) => name)).toEqual([
    'status',
    'explain',
  ]);
  for (const { title, annotations } of tools) {
    expect(title).toMatch(/^[A-Z][a-z ]+$/);
    expect(annotations).toMatchObject({ idempotentHint: true, destructiveHint: false, openWorldHint: false });
  }
});
