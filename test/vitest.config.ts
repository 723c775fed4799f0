// Runs every test with the project's own Node; one file at a time per core, since inference uses all of them.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    testTimeout: 60_000,
    pool: 'forks',
  },
})
