// Counts the turns of the event loop, for tests of whether other calls are answered while something runs.

/** Begins to count. `turns` are those until now. */
export function countTurns(): { turns(): number; stop(): void } {
  let turns = 0
  const next = () => {
    turns++
    immediate = setImmediate(next)
  }
  let immediate = setImmediate(next)
  return {
    turns: () => turns,
    stop() {
      clearImmediate(immediate)
    },
  }
}
