// How accuracy grew with labels, and what the next ones are likely to bring: a power law through the error.
export interface CurvePoint {
  readonly labels: number
  /** 0..1. */
  readonly accuracy: number
}

/**
 * Expected gain in accuracy from `more` labels beyond the last point: error = a * labels^-b, by least squares on the
 * logarithms. Null with fewer than three points; never negative, since more labels do not make a head worse for long.
 */
export function expectGain(points: readonly CurvePoint[], more: number): number | null {
  const last = points.at(-1)
  if (points.length < 3 || last === undefined) return null
  const logs = points.map(({ labels, accuracy }) => ({
    x: Math.log(labels),
    // An error of 0 on few photos is not one of 0.
    y: Math.log(Math.max(1e-3, 1 - accuracy)),
  }))
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanX, meanY] = [mean(logs.map(({ x }) => x)), mean(logs.map(({ y }) => y))]
  const spread = logs.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0)
  const slope = Math.min(0, logs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread)
  const errorAt = (labels: number) => Math.exp(meanY + slope * (Math.log(labels) - meanX))
  return errorAt(last.labels) - errorAt(last.labels + more)
}
