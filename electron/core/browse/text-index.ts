// Keeps the full-text index up with new files and labels, some at a time.
import { setImmediate } from 'node:timers/promises'
import type { Search } from '../store/search.ts'

/** Rows taken in one go; some milliseconds. */
const stretch = 500

export interface TextIndex {
  /** Ends when all that is there by now can be found. */
  catchUp(): Promise<void>
}

export function createTextIndex(search: Search): TextIndex {
  let running: Promise<void> | null = null
  const run = async () => {
    while (search.catchUp(stretch)) await setImmediate()
  }
  return {
    async catchUp() {
      await running
      running ??= run().finally(() => {
        running = null
      })
      await running
    },
  }
}
