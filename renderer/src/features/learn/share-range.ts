// How far a share that was measured on few photos may be from the true one.

/** 95 % of the time the true share lies between (Wilson's score interval). */
export function shareRange(right: number, of: number): readonly [low: number, high: number] {
  if (of <= 0) return [0, 1]
  const z = 1.96
  const [share, spread] = [right / of, z ** 2 / of]
  const middle = (share + spread / 2) / (1 + spread)
  const half = (z / (1 + spread)) * Math.sqrt((share * (1 - share)) / of + spread / (4 * of))
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}
