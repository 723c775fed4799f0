// Quantises weight matrices to 8 bits, symmetrically and with one scale for each output channel.

/**
 * A matrix [rows, columns] -> int8 values transposed to [columns, rows], as MatMul wants them, and a scale for each
 * row: weight = value * scale. -128 is not used, so that the range is symmetric.
 */
export function quantiseRows(
  matrix: Float32Array,
  rows: number,
  columns: number,
): { values: Int8Array; scales: Float32Array } {
  const values = new Int8Array(rows * columns)
  const scales = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const offset = row * columns
    let largest = 0
    for (let i = 0; i < columns; i++) largest = Math.max(largest, Math.abs(matrix[offset + i] ?? 0))
    const scale = largest === 0 ? 1 : largest / 127
    scales[row] = scale
    for (let i = 0; i < columns; i++) values[i * rows + row] = Math.round((matrix[offset + i] ?? 0) / scale)
  }
  return { values, scales }
}
