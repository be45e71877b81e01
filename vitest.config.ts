import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    // Nothing here keeps state in a module, so files may share their workers; that is a third of the time.
    isolate: false,
  },
});
