import { Session } from 'node:inspector/promises';

/** The blocks of this program, and of its YAML parser, that ran: by function, one byte for each letter of its source. */
export class RanBlocks {
  readonly #ran = new Map<string, Uint8Array>();

  /** Decides whether a block ran that had not run before; with `keep` it has from now on. */
  add(functions: readonly RanFunction[], keep: boolean): boolean {
    let isNew = false;
    for (const { key, from, ranges } of functions) {
      const length = (ranges[0]?.endOffset ?? 0) - from;
      const before = this.#ran.get(key) ?? new Uint8Array(length);
      const now = new Uint8Array(length);
      // The ranges of a function lie within each other, the outer one first.
      for (const { startOffset, endOffset, count } of ranges)
        now.fill(count > 0 ? 1 : 0, startOffset - from, endOffset - from);
      if (!now.some((ran, at) => ran === 1 && before[at] === 0)) continue;
      isNew = true;
      if (!keep) return true;
      for (const [at, ran] of now.entries()) if (ran === 1) before[at] = 1;
      this.#ran.set(key, before);
    }
    return isNew;
  }
}

export interface RanFunction {
  readonly key: string;
  readonly from: number;
  readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
}

/** Returns what ran since the last call. */
export type TakeRan = () => Promise<readonly RanFunction[]>;

/**
 * Begins to count the blocks that run, by V8's own coverage. V8 tells single blocks only of functions that are compiled
 * after this call, so import the program afterwards.
 */
export async function countBlocks(): Promise<TakeRan> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return async () => {
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return result
      .filter(({ url }) => /\/src\/|\/node_modules\/yaml\//.test(url))
      .flatMap(({ url, functions }) =>
        functions.flatMap(({ ranges }) => {
          const from = ranges[0]?.startOffset ?? 0;
          return ranges[0]?.count === 0 ? [] : [{ key: `${url} ${from}`, from, ranges }];
        }),
      );
  };
}
