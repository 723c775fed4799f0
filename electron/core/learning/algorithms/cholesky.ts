// The Cholesky factor of a symmetric positive definite matrix, and equations with it.

/** Lower triangular [size, size] with L L^T = matrix, of which the lower half is read. */
export function cholesky(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] ?? 0
      for (let k = 0; k < j; k++) sum -= (lower[i * size + k] ?? 0) * (lower[j * size + k] ?? 0)
      lower[i * size + j] = i === j ? Math.sqrt(sum) : sum / (lower[j * size + j] ?? 1)
    }
  }
  return lower
}

/** Replaces `vector` by the solution x of L x = vector. */
export function solveLower(lower: Float64Array, vector: Float32Array): void {
  const size = vector.length
  for (let i = 0; i < size; i++) {
    let sum = vector[i] ?? 0
    for (let k = 0; k < i; k++) sum -= (lower[i * size + k] ?? 0) * (vector[k] ?? 0)
    vector[i] = sum / (lower[i * size + i] ?? 1)
  }
}
