import { defineConfig } from 'vitest/config';

/** A configuration of its own, so that no run of all tests replaces the dumps. */
export default defineConfig({
  test: { include: ['test/replay/make-dumps.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
});
