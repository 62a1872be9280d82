import { errorLines, RegistryError } from '../errors.ts';

/**
 * What is said of a failure that does not end the watch. A registry's trouble says itself what was not done.
 * @param what failed: `a pass`
 */
export function troubleLines(what: string, error: Error): readonly string[] {
  if (!(error instanceof RegistryError)) return [`${what} failed, the watch goes on: ${error.message}`];
  return errorLines(error);
}
