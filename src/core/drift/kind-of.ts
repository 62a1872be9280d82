import type { DriftKindName } from '../model/drift.ts';
import type { DriftKind } from './drift-kind.ts';
import { driftKinds } from './index.ts';

const byName = new Map(driftKinds.map((kind) => [kind.name, kind]));

/** Decides whether a drift only asks for the user. */
export function isAttention({ kind }: { readonly kind: DriftKindName }): boolean {
  return kindOf(kind)?.isAttention === true;
}

/** Returns a kind by its name; `null` for a kind that only the log of another version knows. */
export function kindOf(name: DriftKindName): DriftKind | null {
  return byName.get(name) ?? null;
}
