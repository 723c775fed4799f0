// Weights, pixels and tokens by the formula of golden.py, so that no file of numbers is needed.
import type { TestTensors } from '../write-safetensors.ts'

/** -0.5..0.5, exact in every language with float64. */
export function formula(count: number, seed: number): Float64Array {
  return Float64Array.from(
    { length: count },
    (_, i) => ((i * 2654435 + seed * 40503 + 12345) % 1000003) / 1000003 - 0.5,
  )
}

function seedOf(name: string): number {
  let sum = 0
  for (let i = 0; i < name.length; i++) sum += (i + 1) * name.charCodeAt(i)
  return sum % 99991
}

const isNormWeight = (name: string): boolean =>
  /(norm\.weight|layernorm_before\.weight|layernorm_after\.weight|classifier\.1\.weight)$/.test(
    name.toLowerCase(),
  )

export function tensorsOf(shapes: Readonly<Record<string, readonly number[]>>): TestTensors {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const values = formula(
        shape.reduce((a, b) => a * b, 1),
        seedOf(name),
      )
      const scaled = isNormWeight(name)
        ? values.map((value) => 1 + 0.4 * value)
        : values.map((value) => (shape.length === 1 ? 0.2 : 0.6) * value)
      return [name, { shape, values: Float32Array.from(scaled) }]
    }),
  )
}

export function photoOf(heightPx: number, widthPx: number, seed: number) {
  const pixels = Float32Array.from(formula(3 * heightPx * widthPx, seed).map((value) => 4 * value))
  return { pixels, heightPx, widthPx }
}

export function tokensOf(count: number, seed: number): number[] {
  return Array.from(formula(count, 1000 + seed), (value) => Math.trunc((value + 0.5) * 119) + 1)
}
