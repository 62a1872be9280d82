/** Returns a variable of the environment; an empty one, or a literal `${NAME}` of a template, counts as not set. */
export function setVariable(env: Readonly<Record<string, string | undefined>>, name: string): string | null {
  const value = env[name];
  return value === undefined || value === '' || isTemplate(value) ? null : value;
}

/** Returns an environment for a child without unfilled templates, which would be taken for paths. */
export function withoutTemplates<Value extends string | undefined>(
  env: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value === undefined || !isTemplate(value)));
}

function isTemplate(value: string): boolean {
  return /^\$\{.*\}$/.test(value);
}

export interface Range {
  readonly least: number;
  readonly most: number;
}

/** Reads a number as people and models write it, clamped to the range; `null`: it is none. */
export function readNumber(value: unknown, { least, most }: Range): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return null;
  return Math.min(most, Math.max(least, number));
}
