// L-BFGS: minimises a smooth function of many variables from its gradient (Nocedal & Wright, algorithm 7.5).

export interface LbfgsOptions {
  readonly maxIterations: number
  /** Ends when the largest component of the gradient is at most this. */
  readonly gradientTolerance: number
  /** Pairs of steps and gradient changes that approximate the curvature. */
  readonly memory?: number
}

export interface LbfgsResult {
  readonly x: Float64Array
  readonly value: number
  readonly iterations: number
  /** Largest absolute component at `x`. */
  readonly gradientMax: number
  readonly isConverged: boolean
}

/** Returns the value at `x` and writes the gradient there into `gradient`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number

const [sufficientDecrease, curvature] = [1e-4, 0.9]
const maxTrials = 30

export function minimize(objective: Objective, start: Float64Array, options: LbfgsOptions): LbfgsResult {
  const { maxIterations, gradientTolerance, memory = 10 } = options
  const pairs: { s: Float64Array; y: Float64Array; rho: number }[] = []
  let x = Float64Array.from(start)
  let gradient = new Float64Array(x.length)
  let value = objective(x, gradient)
  let iterations = 0
  for (; iterations < maxIterations && largest(gradient) > gradientTolerance; iterations++) {
    const direction = descend(gradient, pairs)
    const firstStep = iterations === 0 ? 1 / Math.max(1, Math.sqrt(dot(gradient, gradient))) : 1
    const next = search(objective, { x, gradient, value }, direction, firstStep)
    // Rounding leaves nothing to gain along this direction.
    if (next === null) break
    const s = subtract(next.x, x)
    const y = subtract(next.gradient, gradient)
    const sy = dot(s, y)
    if (sy > 1e-12 * dot(y, y)) pairs.push({ s, y, rho: 1 / sy })
    if (pairs.length > memory) pairs.shift()
    x = next.x
    gradient = next.gradient
    value = next.value
  }
  const gradientMax = largest(gradient)
  return { x, value, iterations, gradientMax, isConverged: gradientMax <= gradientTolerance }
}

interface Point {
  readonly x: Float64Array<ArrayBuffer>
  readonly gradient: Float64Array<ArrayBuffer>
  readonly value: number
}

/** The weak Wolfe conditions by bisection: always ends for a function that is bounded below. */
function search(objective: Objective, from: Point, direction: Float64Array, firstStep: number): Point | null {
  const slope = dot(from.gradient, direction)
  if (slope >= 0) return null
  let [low, high, step] = [0, Infinity, firstStep]
  let best: Point | null = null
  for (let trial = 0; trial < maxTrials; trial++) {
    const x = from.x.map((value, i) => value + step * (direction[i] ?? 0))
    const gradient = new Float64Array(x.length)
    const value = objective(x, gradient)
    if (!(value <= from.value + sufficientDecrease * step * slope)) high = step
    else {
      best = { x, gradient, value }
      if (dot(gradient, direction) >= curvature * slope) return best
      low = step
    }
    step = high === Infinity ? 2 * low : (low + high) / 2
  }
  return best
}

/** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
function descend(
  gradient: Float64Array,
  pairs: readonly { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[],
): Float64Array {
  const q = gradient.map((value) => -value)
  const alphas = pairs.map(() => 0)
  for (let i = pairs.length - 1; i >= 0; i--) {
    const pair = pairs[i]
    if (pair === undefined) continue
    const alpha = pair.rho * dot(pair.s, q)
    alphas[i] = alpha
    addScaled(q, pair.y, -alpha)
  }
  const last = pairs.at(-1)
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.y, last.y))
    for (let i = 0; i < q.length; i++) q[i] = (q[i] ?? 0) * scale
  }
  for (const [i, { s, y, rho }] of pairs.entries()) addScaled(q, s, (alphas[i] ?? 0) - rho * dot(y, q))
  return q
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

function addScaled(target: Float64Array, vector: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + factor * (vector[i] ?? 0)
}

/** A loop, since `Float64Array.from` with a function first makes a list of the numbers. */
function subtract(a: Float64Array, b: Float64Array): Float64Array {
  const difference = new Float64Array(a.length)
  for (let i = 0; i < a.length; i++) difference[i] = (a[i] ?? 0) - (b[i] ?? 0)
  return difference
}

function largest(vector: Float64Array): number {
  let max = 0
  for (let i = 0; i < vector.length; i++) max = Math.max(max, Math.abs(vector[i] ?? 0))
  return max
}
