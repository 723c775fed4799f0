// Where the arrow keys lead in a menu whose rows may hold several entries.

/**
 * Returns the index of the entry after `key` was pressed on entry `at` (-1: on none); undefined where the key means
 * nothing. The ends join.
 * @param rows the row of each entry; rising
 */
export function nextMenuEntry(rows: readonly number[], at: number, key: string): number | undefined {
  const last = rows.length - 1
  if (last < 0) return undefined
  const row = rows[at]
  const startOf = (wanted: number | undefined) => rows.indexOf(wanted ?? 0)
  switch (key) {
    case 'Home':
      return 0
    case 'End':
      return startOf(rows[last])
    case 'ArrowDown':
      return Math.max(0, row === undefined ? 0 : rows.findIndex((other) => other > row))
    case 'ArrowUp':
      return startOf(row === undefined || row === rows[0] ? rows[last] : rows[startOf(row) - 1])
    case 'ArrowLeft':
    case 'ArrowRight': {
      const inRow = rows.filter((other) => other === row).length
      const first = startOf(row)
      const step = key === 'ArrowRight' ? 1 : inRow - 1
      return inRow < 2 ? undefined : first + ((at - first + step) % inRow)
    }
    default:
      return undefined
  }
}
