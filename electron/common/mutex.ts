// A mutex for asynchronous work: one piece at a time, in the order in which it was asked for.

export interface Mutex {
  /** Starts `work` when all work before it has ended, whether that succeeded or failed. Starts at once when idle. */
  run<T>(work: () => T | Promise<T>): Promise<T>
}

export function createMutex(): Mutex {
  /** Resolves when the work that was asked for last has ended; null when idle. */
  let last: Promise<undefined> | null = null
  return {
    async run<T>(work: () => T | Promise<T>): Promise<T> {
      const before = last
      const { promise: ended, resolve: release } = Promise.withResolvers<undefined>()
      last = ended
      try {
        if (before !== null) await before
        return await work()
      } finally {
        release(undefined)
        if (last === ended) last = null
      }
    },
  }
}
