/**
 * The proofs of a conversation, strongest first: the agent's own live record or the lock it holds; what it reported of
 * itself; the arguments it was started with; that no other conversation can be its own.
 */
export const proofs = ['record', 'report', 'arguments', 'only-candidate'] as const;
export type Proof = (typeof proofs)[number];

/** Returns the stronger of two proofs. */
export function strongerOf(one: Proof, other: Proof): Proof {
  return proofs.indexOf(one) <= proofs.indexOf(other) ? one : other;
}
