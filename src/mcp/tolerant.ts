/** Reads what a model gives: numbers as text, `"true"`, a literal `${…}`; nonsense is the default. */
export type Given = Readonly<Record<string, unknown>>;

export function textOf(given: Given, name: string): string | null {
  const value = given[name];
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return null;
  return value.trim() === '' || /^\$\{.*\}$/.test(value) ? null : value;
}

export function isOn(given: Given, name: string): boolean {
  const value = given[name];
  return value === true || value === 1 || (typeof value === 'string' && /^(true|yes|1)$/i.test(value.trim()));
}

/** Out of range is clamped. */
export function numberOf(given: Given, name: string, { least, most }: { least: number; most: number }): number | null {
  const value = given[name];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return null;
  return Math.min(most, Math.max(least, number));
}

/** A list, or one text with commas. */
export function textsOf(given: Given, name: string): readonly string[] {
  const value = given[name];
  const items: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [];
  return items.flatMap((item) => (typeof item === 'string' && item.trim() !== '' ? [item.trim()] : []));
}
