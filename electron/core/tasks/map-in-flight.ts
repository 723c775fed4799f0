// Works on several files at once: more than one, so that a drive with latency is kept busy; few, so that a hard disk does not seek.
const filesInFlight = 4

/** Like `Promise.all(items.map(work))` with a few of them at work; results in the order of the items. */
export async function mapInFlight<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  inFlight = filesInFlight,
): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const runQueue = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: inFlight }, runQueue))
  return results
}
