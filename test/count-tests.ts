// Prints how many tests passed, failed and were skipped, from the reports of Vitest and Playwright: CI's closing line.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const VitestReport = z
  .object({
    numPassedTests: z.int(),
    numFailedTests: z.int(),
    numPendingTests: z.int(),
    numTodoTests: z.int(),
  })
  .transform((report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    flaky: 0,
  }))

const PlaywrightReport = z
  .object({
    stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
    errors: z.array(z.unknown()),
  })
  .transform(({ stats, errors }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
    flaky: stats.flaky,
  }))

const reports = [
  { file: 'test-report.json', schema: VitestReport },
  { file: 'browser-report.json', schema: PlaywrightReport },
]

const total = { passed: 0, failed: 0, skipped: 0, flaky: 0 }
for (const { file, schema } of reports) {
  const path = fileURLToPath(new URL(`../out/${file}`, import.meta.url))
  // A run that left no report ended before its tests did.
  const counts = existsSync(path)
    ? schema.parse(JSON.parse(readFileSync(path, 'utf8')))
    : { passed: 0, failed: 1, skipped: 0, flaky: 0 }
  total.passed += counts.passed
  total.failed += counts.failed
  total.skipped += counts.skipped
  total.flaky += counts.flaky
}
if (total.flaky > 0) console.log(`${total.flaky} of them passed at the second try`)
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
