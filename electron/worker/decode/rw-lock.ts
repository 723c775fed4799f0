// A readers-writer lock: shared work runs side by side, exclusive work runs alone.
// [Note: whose error] libvips keeps one error text for the whole process: when photos are decoded side by side, a
// failure is certain but its text may belong to another photo or be gone. So a failed photo is decoded once more with
// the lock held exclusively, and only that text is trusted.

let readers = 0
let onLastReader: (() => void) | null = null
/** Settles when the last writer in the queue has finished; null when there is none. */
let writers: Promise<unknown> | null = null

/**
 * Runs `work` together with other shared work, after the writers that wait already, so that these never starve.
 * Returns or throws what `work` does. Must not be called within `withExclusive`: it would wait for itself.
 */
export async function withShared<T>(work: () => Promise<T>): Promise<T> {
  while (writers !== null) await writers
  readers++
  try {
    return await work()
  } finally {
    readers--
    if (readers === 0) onLastReader?.()
  }
}

/**
 * Runs `work` when nothing else runs; writers run in the order of their calls. Returns or throws what `work` does.
 * Must not be called within `withShared`: it would wait for itself.
 */
export async function withExclusive<T>(work: () => Promise<T>): Promise<T> {
  const before = writers
  const result = (async () => {
    await before
    if (readers > 0) {
      await new Promise<void>((resolve) => {
        onLastReader = resolve
      })
    }
    return work()
  })()
  const done = Promise.allSettled([result]).then(() => {
    if (writers === done) writers = null
  })
  writers = done
  return result
}
