// A plain forward pass of a tiny ViT in loops over float64, written from the papers; the graph is compared with it.
import { weightOf, type TinyVit } from './tiny-vit.ts'

type Vector = number[]

export interface Reference {
  readonly logits: Vector
  /** What the head reads. */
  readonly embedding: Vector
  /** [block][head][query][key] */
  readonly attention: number[][][][]
}

/** Runs one photo [3, size, size]. `positions` [tokens with a position, dim] replaces the stored ones. */
export function runReference(
  vit: TinyVit,
  photo: Float32Array,
  sizePx: number,
  positions?: Vector[],
): Reference {
  const grid = sizePx / vit.patchPx
  const position = positions ?? rowsOf(weightOf(vit, 'positions'), vit.dim)
  const patches = embedPatches(vit, photo, sizePx)
  const first = rowsOf(weightOf(vit, 'cls'), vit.dim)
  if (vit.hasDistillationToken) first.push(...rowsOf(weightOf(vit, 'distillation'), vit.dim))
  const registers = vit.registers > 0 ? rowsOf(weightOf(vit, 'registers'), vit.dim) : []
  const withPositions = (tokens: Vector[]) => tokens.map((token, i) => plus(token, position[i] ?? []))
  let x: Vector[]
  if (vit.positions === 'patches') x = [...first, ...registers, ...withPositions(patches)]
  else if (vit.positions === 'all') x = withPositions([...first, ...registers, ...patches])
  else {
    const positioned = withPositions([...first, ...patches])
    x = [...positioned.slice(0, first.length), ...registers, ...positioned.slice(first.length)]
  }
  const attention: number[][][][] = []
  for (let block = 0; block < vit.depth; block++) {
    const scaled = (y: Vector, name: string) =>
      vit.hasLayerScale ? y.map((value, i) => value * (weightOf(vit, `${block}.${name}`)[i] ?? 0)) : y
    const { mixed, probabilities } = attend(
      vit,
      block,
      x.map((token) => norm(vit, `${block}.norm1`, token)),
    )
    attention.push(probabilities)
    x = x.map((token, i) => plus(token, scaled(linear(vit, `${block}.proj`, mixed[i] ?? []), 'ls1')))
    x = x.map((token) => {
      const hidden = linear(vit, `${block}.fc1`, norm(vit, `${block}.norm2`, token)).map(gelu)
      return plus(token, scaled(linear(vit, `${block}.fc2`, hidden), 'ls2'))
    })
  }
  const patchStart = x.length - grid * grid
  if (vit.head === 'mean') {
    const embedding = norm(vit, 'norm', mean(x.slice(patchStart)))
    return { logits: linear(vit, 'head', embedding), embedding, attention }
  }
  const normed = x.map((token) => norm(vit, 'norm', token))
  const [cls = [], distillation = []] = normed
  if (vit.head === 'two') {
    const other = linear(vit, 'head2', distillation)
    const logits = linear(vit, 'head', cls).map((value, i) => (value + (other[i] ?? 0)) / 2)
    return { logits, embedding: [...cls, ...distillation], attention }
  }
  const embedding = vit.head === 'cls+mean' ? [...cls, ...mean(normed.slice(patchStart))] : cls
  return { logits: linear(vit, 'head', embedding), embedding, attention }
}

export function rowsOf(values: Float32Array, width: number): Vector[] {
  return Array.from({ length: values.length / width }, (_, i) => [
    ...values.subarray(i * width, (i + 1) * width),
  ])
}

function embedPatches(vit: TinyVit, photo: Float32Array, sizePx: number): Vector[] {
  const { patchPx, dim } = vit
  const grid = sizePx / patchPx
  const weight = weightOf(vit, 'patch.weight')
  const patches: Vector[] = []
  for (let row = 0; row < grid; row++) {
    for (let column = 0; column < grid; column++) {
      const token = [...weightOf(vit, 'patch.bias')]
      for (let d = 0; d < dim; d++) {
        for (let c = 0; c < 3; c++) {
          for (let y = 0; y < patchPx; y++) {
            for (let x = 0; x < patchPx; x++) {
              const pixel = photo[(c * sizePx + row * patchPx + y) * sizePx + column * patchPx + x] ?? 0
              token[d] = (token[d] ?? 0) + pixel * (weight[((d * 3 + c) * patchPx + y) * patchPx + x] ?? 0)
            }
          }
        }
      }
      patches.push(token)
    }
  }
  return patches
}

function attend(vit: TinyVit, block: number, x: Vector[]): { mixed: Vector[]; probabilities: number[][][] } {
  const size = vit.dim / vit.heads
  const [q = [], k = [], v = []] = ['q', 'k', 'v'].map((part) =>
    x.map((token) => linear(vit, `${block}.${part}`, token)),
  )
  const mixed = x.map((): Vector => [])
  const probabilities = Array.from({ length: vit.heads }, (_, head) => {
    const part = (token: Vector | undefined) => (token ?? []).slice(head * size, (head + 1) * size)
    return q.map((query, i) => {
      const scores = k.map((key) => dot(part(query), part(key)) / Math.sqrt(size))
      const largest = Math.max(...scores)
      const exps = scores.map((score) => Math.exp(score - largest))
      const sum = exps.reduce((a, b) => a + b)
      const row = exps.map((value) => value / sum)
      for (let d = 0; d < size; d++)
        mixed[i]?.push(row.reduce((total, p, j) => total + p * (part(v[j])[d] ?? 0), 0))
      return row
    })
  })
  return { mixed, probabilities }
}

function linear(vit: TinyVit, name: string, x: Vector): Vector {
  const weight = weightOf(vit, `${name}.weight`)
  return [...weightOf(vit, `${name}.bias`)].map((bias, row) =>
    x.reduce((sum, value, i) => sum + value * (weight[row * x.length + i] ?? 0), bias),
  )
}

function norm(vit: TinyVit, name: string, x: Vector): Vector {
  const centre = x.reduce((a, b) => a + b) / x.length
  const variance = x.reduce((sum, value) => sum + (value - centre) ** 2, 0) / x.length
  const [weight, bias] = [weightOf(vit, `${name}.weight`), weightOf(vit, `${name}.bias`)]
  return x.map(
    (value, i) =>
      ((value - centre) / Math.sqrt(variance + vit.normEpsilon)) * (weight[i] ?? 0) + (bias[i] ?? 0),
  )
}

/** x * P(X <= x) for a standard normal X, with erf's Taylor series, which converges everywhere. */
function gelu(x: number): number {
  if (Math.abs(x) > 6) return x > 0 ? x : 0
  const z = x / Math.SQRT2
  let term = z
  let sum = z
  for (let n = 1; n < 120; n++) {
    term *= (-z * z) / n
    sum += term / (2 * n + 1)
  }
  return 0.5 * x * (1 + (2 / Math.sqrt(Math.PI)) * sum)
}

function mean(tokens: Vector[]): Vector {
  return (tokens[0] ?? []).map(
    (_, i) => tokens.reduce((sum, token) => sum + (token[i] ?? 0), 0) / tokens.length,
  )
}

function plus(a: Vector, b: Vector): Vector {
  return a.map((value, i) => value + (b[i] ?? 0))
}

function dot(a: Vector, b: Vector): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)
}
