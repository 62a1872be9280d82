/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Writes plain data as JSON: objects, lists, texts, numbers, and these, which JSON lacks:
 *
 *     a Map          {"$map": [[key, value], …]}
 *     a Set          {"$set": [value, …]}
 *     a RegExp       {"$regexp": [source, flags]}
 *     undefined      {"$undefined": true}
 *     {"$a": 1}      {"$object": {"$a": 1}}   an object of one key that could be read as one of the above
 *
 * @throws TypeError for a function or another thing that is no data
 */
export function toJson(data: unknown): Json {
  if (data === null || typeof data === 'string' || typeof data === 'boolean') return data;
  if (typeof data === 'number' && Number.isFinite(data)) return data;
  if (data === undefined) return { $undefined: true };
  if (Array.isArray(data)) return data.map(toJson);
  if (data instanceof Map) return { $map: [...data].map((pair) => pair.map(toJson)) };
  if (data instanceof Set) return { $set: [...data].map(toJson) };
  if (data instanceof RegExp) return { $regexp: [data.source, data.flags] };
  if (typeof data !== 'object' || ![Object.prototype, null].includes(Object.getPrototypeOf(data))) {
    throw new TypeError(`${typeof data} is no plain data`);
  }
  const pairs = Object.entries(data).map(([key, value]) => [key, toJson(value)] as const);
  const written = objectOf(pairs);
  const [only] = pairs;
  return pairs.length === 1 && only?.[0].startsWith('$') === true ? { $object: written } : written;
}

/**
 * Reads the output of `toJson`.
 * @throws TypeError for values that it never writes
 */
export function fromJson(json: Json): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (isList(json)) return json.map(fromJson);
  const pairs = Object.entries(json);
  const [only] = pairs;
  if (only === undefined || pairs.length > 1 || !only[0].startsWith('$')) return readObject(pairs);
  const [mark, value] = only;
  if (mark === '$undefined') return undefined;
  if (mark === '$map' && isList(value)) return new Map(value.map(pairOf));
  if (mark === '$set' && isList(value)) return new Set(value.map(fromJson));
  if (mark === '$regexp' && isList(value)) return new RegExp(String(value[0]), String(value[1]));
  if (mark === '$object' && typeof value === 'object' && value !== null) return readObject(Object.entries(value));
  throw new TypeError(`${mark} is no mark of plain data`);
}

function readObject(pairs: readonly (readonly [string, Json])[]): unknown {
  return objectOf(pairs.map(([key, value]) => [key, fromJson(value)] as const));
}

/** Keeps a key named `__proto__` as a key. */
function objectOf<Value>(pairs: readonly (readonly [string, Value])[]): { readonly [key: string]: Value } {
  return Object.fromEntries(pairs);
}

function pairOf(json: Json): readonly [unknown, unknown] {
  if (!isList(json) || json[0] === undefined || json[1] === undefined) throw new TypeError('a map holds pairs');
  return [fromJson(json[0]), fromJson(json[1])];
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}
