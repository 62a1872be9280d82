import { driftKinds } from '../drift/index.ts';
import type { Detected } from '../model/drift.ts';
import type { View } from '../model/view.ts';

/**
 * Returns every difference between registry and world, in the order of the registry; differences about no entry come
 * last.
 */
export function detect(view: View): readonly Detected[] {
  const differences = driftKinds.flatMap((kind) =>
    kind.detect(view).map((difference) => ({ ...difference, kind: kind.name, class: kind.class })),
  );
  const places = new Map(view.input.registry.entries.map((entry, index) => [entry.session, index]));
  const placeOf = ({ session }: Detected): number => places.get(session ?? '') ?? places.size;
  // A stable sort keeps the order of the kinds within one entry.
  return differences.toSorted((one, other) => placeOf(one) - placeOf(other));
}
