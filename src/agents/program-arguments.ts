/** Returns the arguments of a process without its program, and without the script that a `node` or `bun` runs. */
export function argumentsOf([program = '', ...rest]: readonly string[]): readonly string[] {
  return /(^|\/)(node|bun)$/.test(program) ? rest.slice(1) : rest;
}
