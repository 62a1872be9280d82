import type { Agent } from '../model/entry.ts';
import type { Process } from '../model/observation.ts';
import type { Identity } from '../model/view.ts';
import type { Claims } from './subject.ts';

/** Decides whether another agent of its kind works in its folder; not if its own record names its conversation. */
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
