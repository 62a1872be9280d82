import { BaseSequencer } from 'vitest/node';

type Files = Parameters<BaseSequencer['sort']>[0];

/**
 * Lets the longest files start first, so that none of them runs alone at the end. Vitest itself knows how long each took
 * the last time; at the first run, after an `npm ci`, it takes the longest text for the longest run.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: Files): Promise<Files> {
    const sorted = await super.sort(files);
    const isLong = (file: Files[number]): boolean => long.some((name) => isNamed(file, name));
    return [
      ...long.flatMap((name) => sorted.filter((file) => isNamed(file, name))),
      ...sorted.filter((file) => !isLong(file)),
    ];
  }
}

/** The files that take longer than the length of their text suggests, the longest first. */
const long = [
  'other-nodes',
  'many-agents',
  'hermes-board',
  'crash',
  'crash-hermes',
  'idle',
  'hermes-ends',
  'claude-code',
  'other-tmuxes',
];

function isNamed({ moduleId }: Files[number], name: string): boolean {
  return moduleId.endsWith(`/test/e2e/${name}.test.ts`);
}
