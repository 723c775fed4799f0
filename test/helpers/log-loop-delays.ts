// Loaded into `labelroom serve` by NODE_OPTIONS: writes down how long its event loop lets a task wait.
import { appendFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** One line of the file: the delays of the second before. */
export interface LoggedDelays {
  readonly atMs: number
  readonly delaysMs: readonly number[]
}

const everyMs = 10
const lineMs = 1000

async function log(file: string): Promise<void> {
  for (;;) {
    const startMs = performance.now()
    const delaysMs: number[] = []
    while (performance.now() - startMs < lineMs) {
      const expectedMs = performance.now() + everyMs
      await wait(everyMs, undefined, { ref: false })
      delaysMs.push(Math.max(0, performance.now() - expectedMs))
    }
    const line: LoggedDelays = { atMs: Date.now(), delaysMs }
    appendFileSync(file, `${JSON.stringify(line)}\n`)
  }
}

// The processes that it starts get the same options.
const file = process.env['LOOP_DELAY_FILE']
if (file !== undefined && process.argv.includes('serve')) void log(file)
