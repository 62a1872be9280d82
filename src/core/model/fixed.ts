import type { Value } from './drift.ts';

/** Makes a type read-only: schemas infer writable types, and rendered documents are only read. */
export type Fixed<Shape> = [Value] extends [Shape]
  ? Shape
  : Shape extends object
    ? { readonly [Key in keyof Shape]: Fixed<Shape[Key]> }
    : Shape;
