// Rewrites the embeddings of earlier versions while a library is open. See [Note: halving].
import { setTimeout } from 'node:timers/promises'
import type { Store } from './db.ts'

/** Between two transactions, so that whoever else writes has its turn. */
const pauseMs = 20

/** Returns the function that ends it and waits for what has begun; what is left is done next time. */
export function startHalving(store: Pick<Store, 'embeddings' | 'whenFree'>): () => Promise<void> {
  const stop = new AbortController()
  const run = async () => {
    while (await store.whenFree(() => store.embeddings.halveSome(), stop.signal))
      await setTimeout(pauseMs, undefined, { signal: stop.signal, ref: false })
  }
  // A library that cannot be written now has both forms, which is as good.
  const running = run().catch(() => undefined)
  return async () => {
    stop.abort()
    await running
  }
}
