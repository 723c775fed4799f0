// The precisions in which weights are stored and multiplied, and the quantisation to 8 bits.

/** `fp16` halves the file and computes in float32; `int8` also multiplies in 8 bits, see [Note: int8]. */
export type Precision = 'fp32' | 'fp16' | 'int8'

/**
 * Quantises a weight matrix symmetrically with one scale for each output channel: [rows, columns] -> int8 values
 * transposed to [columns, rows], as MatMul takes them, and scales [rows], where weight = value * scale. -128 is not
 * used, so that the range is symmetric.
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
