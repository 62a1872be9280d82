/** A variable of the environment; empty, or still the literal `${NAME}` of a template, it counts as not set. */
export function setVariable(env: Readonly<Record<string, string | undefined>>, name: string): string | null {
  const value = env[name];
  return value === undefined || value === '' || isTemplate(value) ? null : value;
}

/** An environment for a child: a template that nobody filled would be taken for a path. */
export function withoutTemplates<Value extends string | undefined>(
  env: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value === undefined || !isTemplate(value)));
}

function isTemplate(value: string): boolean {
  return /^\$\{.*\}$/.test(value);
}
