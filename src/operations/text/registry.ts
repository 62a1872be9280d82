import { clean } from '../../core/words/text.ts';
import type { PassReport } from '../context.ts';

/** Decides whether the registry has no file: a first run, or a path that was mistyped. */
export function isAbsent({ registry }: Pick<PassReport, 'registry'>): boolean {
  return registry.hash === null;
}

/** Says that the registry has no file: nothing is known then, which must not read as a calm answer. */
export function noRegistryText(path: string): string {
  return `There is no registry at ${clean(path)}. If that path is right, the first pass that writes makes it.`;
}
