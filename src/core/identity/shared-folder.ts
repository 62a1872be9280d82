import type { Agent } from '../model/entry.ts';
import type { Process } from '../model/observation.ts';
import type { Identity } from '../model/view.ts';
import type { Claims } from './subject.ts';

/** Does another agent of its kind work in its folder? Not asked where its own record tells what it runs. */
export function sharesFolder(
  agent: Agent | null,
  process: Process | null,
  identity: Identity,
  claims: Claims,
): boolean {
  if (process === null || agent === null) return false;
  if (identity.kind === 'proven' && identity.proof === 'record') return false;
  return claims.sharesFolder(process, agent);
}
