// Adds new files and labels to the full-text index, a chunk at a time.
import { setImmediate } from 'node:timers/promises'
import type { Store } from '../store/db.ts'

/** Rows per transaction; some milliseconds. */
const chunkSize = 500

export interface TextIndex {
  /** Resolves when everything that exists by now is indexed. */
  catchUp(): Promise<void>
}

export function createTextIndex({ search, whenFree }: Pick<Store, 'search' | 'whenFree'>): TextIndex {
  let running: Promise<void> | null = null
  const run = async () => {
    while (await whenFree(() => search.catchUp(chunkSize))) await setImmediate()
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
