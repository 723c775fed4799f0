// Which entry of a list the keys lead to.

/** The index of the entry after `key` was pressed on entry `at`; null where the key means nothing. Letters find names. */
export function nextEntry(names: readonly string[], at: number, key: string): number | null {
  const last = names.length - 1
  if (last < 0) return null
  if (key === 'ArrowDown') return Math.min(at + 1, last)
  if (key === 'ArrowUp') return Math.max(at - 1, 0)
  if (key === 'Home') return 0
  if (key === 'End') return last
  if (key.length !== 1 || key === ' ') return null
  const wanted = key.toLowerCase()
  const order = names.map((_, index) => (at + 1 + index) % names.length)
  return order.find((index) => names[index]?.trim().toLowerCase().startsWith(wanted) === true) ?? null
}
