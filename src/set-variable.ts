/** A variable of the environment; empty, or still the literal `${NAME}` of a template, it counts as not set. */
export function setVariable(env: Readonly<Record<string, string | undefined>>, name: string): string | null {
  const value = env[name];
  return value === undefined || value === '' || /^\$\{.*\}$/.test(value) ? null : value;
}
