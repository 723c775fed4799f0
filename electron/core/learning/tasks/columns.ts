// Probabilities of a head with other classes, as if it had these.

/** Chosen rows of probabilities with the columns of `to`; a class that `from` lacks has probability 0. */
export function takeColumns(
  probabilities: Float32Array,
  rows: readonly number[],
  from: readonly string[],
  to: readonly string[],
): Float32Array {
  const columns = to.map((name) => from.indexOf(name))
  return Float32Array.from({ length: rows.length * to.length }, (_, i) => {
    const column = columns[i % to.length] ?? -1
    const row = rows[Math.floor(i / to.length)] ?? 0
    return column === -1 ? 0 : (probabilities[row * from.length + column] ?? 0)
  })
}
