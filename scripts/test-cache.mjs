// Where the tests keep the foreign programs that they install. Node's own modules only.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Outside the checkout, so that all checkouts share it; a program takes up to 430 MB. */
export const testCache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'agent-sessions-monitor-tests');

/**
 * Returns the Python environment of a Hermes.
 * @param {string} version
 */
export function hermesFolder(version) {
  return join(testCache, `hermes-${version}`);
}
