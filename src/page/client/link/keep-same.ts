/**
 * Returns the new value with every part that equals the old one replaced by the old one. What did not change then stays
 * the same object, and nothing that shows it is drawn anew. Lists of things with a `key` are compared key by key.
 */
export function keepSame<Value>(old: unknown, value: Value): Value;
export function keepSame(old: unknown, value: unknown): unknown {
  if (Object.is(old, value)) return old;
  if (Array.isArray(value)) return keepItems(Array.isArray(old) ? old : [], value, old);
  if (!isObject(value) || !isObject(old)) return value;
  const keys = Object.keys(value);
  const kept = Object.fromEntries(keys.map((key) => [key, keepSame(old[key], value[key])]));
  const isSame = keys.length === Object.keys(old).length && keys.every((key) => kept[key] === old[key]);
  return isSame ? old : kept;
}

function keepItems(old: readonly unknown[], value: readonly unknown[], whole: unknown): unknown {
  const byKey = new Map(old.map((item, index) => [keyOf(item) ?? index, item]));
  const kept = value.map((item, index) => keepSame(byKey.get(keyOf(item) ?? index), item));
  return kept.length === old.length && kept.every((item, index) => item === old[index]) ? whole : kept;
}

function keyOf(item: unknown): string | null {
  if (!isObject(item)) return null;
  const key = item['key'] ?? item['event'];
  return typeof key === 'string' ? key : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
