/**
 * The proofs of a conversation, strongest first: the agent's own live record or the lock it holds; the arguments it was
 * started with; that no other conversation can be its own. A report of the agent's own hook will be the second.
 */
export const proofs = ['record', 'arguments', 'only-candidate'] as const;
export type Proof = (typeof proofs)[number];

/** Returns the stronger of two proofs. */
export function strongerOf(one: Proof, other: Proof): Proof {
  return proofs.indexOf(one) <= proofs.indexOf(other) ? one : other;
}
