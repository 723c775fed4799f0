// Runs every test with the project's own Node, one file at a time per core.
import os from 'node:os'
import path from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { defineConfig } from 'vitest/config'
import { runtimeEnvironment } from '../electron/common/runtime-environment.ts'
import { shareCompiledCode } from './helpers/compile-cache.ts'

/** Files that take longest, in this order: begun first, no core waits for one of them at the end. */
const longest = [
  'attacks/attacks.test.ts',
  'core/learning/tasks/cifar10.test.ts',
  'cli/stdout.test.ts',
  'core/exports/model.test.ts',
  'cli/label.test.ts',
  'cli/learn.test.ts',
  'cli/toy-models.test.ts',
  'shared-photos.test.ts',
  'core/learning/kill.test.ts',
  'core/learning/learning-thread.test.ts',
  'models/parity.test.ts',
  'core/jobs/jobs.test.ts',
  'core/keywords/in-file.test.ts',
  'cli/catalogue.test.ts',
  'cli/usage-errors.test.ts',
  'cli/nothing-leaves.test.ts',
  'models/merge/structures.test.ts',
]

class LongestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = longest.indexOf(
        path
          .relative(import.meta.dirname, moduleId)
          .split(path.sep)
          .join('/'),
      )
      return at === -1 ? longest.length : at
    }
    return Promise.resolve(files.toSorted((a, b) => rank(a) - rank(b)))
  }
}

shareCompiledCode()

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    globalSetup: './global-setup.ts',
    testTimeout: 180_000,
    // A second try tells an accident of a busy machine from a fault.
    retry: 1,
    pool: 'forks',
    // One process for each core loads the product once, not once for each file: a third of the time. So a file puts back
    // what it changes of its process.
    isolate: false,
    // Node runs TypeScript by itself, as it runs the product, and keeps what it compiled; no test replaces a module.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    unstubEnvs: true,
    // Passed to the forks when they are spawned: some tests load the runtime themselves.
    env: runtimeEnvironment,
    maxWorkers: os.availableParallelism(),
    sequence: { sequencer: LongestFirst },
  },
})
