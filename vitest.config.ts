import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';
import { inMemory } from './test/quick-folder.ts';

export default defineConfig({
  test: {
    // Much of their time the end-to-end tests wait for real processes: four files at once on two cores. With six no core
    // rests, and yet all takes longer: each worker loads the sources, and they take the cache from each other.
    maxWorkers: 4,
    // Keeps each compiled module by its text and the settings: `other-nodes` runs the same ones on other Nodes.
    experimental: { fsModuleCache: true },
    sequence: { sequencer: LongestFirst },
    // No test patches a module, so one process runs many files and loads each source once.
    isolate: false,
    // No test leaves a trace to the next one of its process.
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          testTimeout: 120_000,
          expect: { poll: { timeout: 60_000 } },
          hookTimeout: 120_000,
          env: inMemory(),
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          setupFiles: ['test/e2e/keep-failed.ts'],
          // Several waits of `until` in a row, on a machine that does much else.
          testTimeout: 300_000,
          expect: { poll: { timeout: 90_000 } },
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
