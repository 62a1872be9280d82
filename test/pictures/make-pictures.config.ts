import { defineConfig } from 'vitest/config';

/** A configuration of its own, so that no run of all tests replaces the pictures. */
export default defineConfig({
  test: { include: ['test/pictures/make-pictures.ts'], testTimeout: 180_000, hookTimeout: 60_000 },
});
