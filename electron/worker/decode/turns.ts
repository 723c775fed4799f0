// Lets work run side by side, except for the rare piece that has to run alone.
// [Note: whose error] libvips keeps one error text for the whole process: when photos are decoded side by side, a
// failure is certain but its text may belong to another photo or be gone. So a failed photo is decoded again alone,
// and only that text is believed.

let running = 0
let whenIdle: (() => void) | null = null
/** Settles when the last piece that asked to run alone has finished; null when there is none. */
let alone: Promise<unknown> | null = null

/** Runs `work` together with others, after whoever waits to run alone. Must not be called within `runAlone`. */
export async function runSideBySide<T>(work: () => Promise<T>): Promise<T> {
  while (alone !== null) await alone
  running++
  try {
    return await work()
  } finally {
    running--
    if (running === 0) whenIdle?.()
  }
}

/** Runs `work` when nothing else runs, in the order of asking. Must not be called within `runSideBySide`. */
export async function runAlone<T>(work: () => Promise<T>): Promise<T> {
  const before = alone
  const result = (async () => {
    await before
    if (running > 0) {
      await new Promise<void>((resolve) => {
        whenIdle = resolve
      })
    }
    return work()
  })()
  const done = Promise.allSettled([result]).then(() => {
    if (alone === done) alone = null
  })
  alone = done
  return result
}
