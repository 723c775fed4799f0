// Rotary position embedding: queries and keys are turned by angles that depend on where their patch stands.
import { prefixTokens, type Architecture, type Grid, type Rotary } from '../config/architecture.ts'
import { bytesOf } from '../tensor.ts'
import { type Encoder } from './encoder.ts'
import type { Load, Weights } from './weights.ts'

/**
 * The parts of an encoder that turn queries and keys; none where the model has no rotary positions. The runtime's operator
 * turns the first half of a head against the second: models that pair neighbours have their outputs reordered (`headOrder`),
 * of queries and keys alike, which no product between them sees. Tokens before the patches are turned by 0.
 */
export function rotaryPositions(
  { g }: Pick<Encoder, 'g'>,
  arch: Architecture,
  weights: Weights,
  grid: Grid,
): Pick<Encoder, 'rotate' | 'headOrder'> {
  const { rotary, heads, attentionDim } = arch
  if (rotary === null) return {}
  const pairs = attentionDim / heads / 2
  const isPerHead = rotary.kind === 'mixed'
  const tokens = prefixTokens(arch) + grid.rows * grid.columns
  const loadAngles = isPerHead ? mixedAngles(arch, weights, grid) : sharedAngles(arch, rotary, grid)
  const cache = (name: 'cos' | 'sin', block: number) =>
    g.tensor(isPerHead ? `rotary.${block}.${name}` : `rotary.${name}`, {
      type: 'float32',
      dims: [isPerHead ? tokens * heads : tokens, pairs],
      load: async () => bytesOf((await loadAngles(block)).map(functions[name])),
    })
  return {
    headOrder:
      rotary.pairs === 'halves'
        ? undefined
        : Array.from({ length: 2 * pairs }, (_, i) => (i < pairs ? 2 * i : 2 * (i - pairs) + 1)),
    rotate(block, x) {
      // Where each head has angles of its own, heads stand in for tokens.
      const rows = isPerHead ? g.node('Reshape', [x, g.ints(0, -1, 2 * pairs)]) : x
      const inputs = [rows, g.ints(0), cache('cos', block), cache('sin', block)]
      const turned = g.node('RotaryEmbedding', inputs, { domain: 'com.microsoft' })
      return isPerHead ? g.node('Reshape', [turned, g.ints(0, -1, attentionDim)]) : turned
    },
  }
}

const functions = { cos: (angle: number) => Math.cos(angle), sin: (angle: number) => Math.sin(angle) }

type LoadAngles = (block: number) => Promise<Float32Array>

/** [tokens, pairs]: half of the frequencies for the one axis, half for the other. */
function sharedAngles(arch: Architecture, rotary: Rotary, grid: Grid): LoadAngles {
  const prefix = prefixTokens(arch)
  const pairs = arch.attentionDim / arch.heads / 2
  const perAxis = pairs / 2
  const frequency = (k: number) =>
    rotary.temperature ** -(k / perAxis) * (rotary.kind === 'centred' ? 2 * Math.PI : 1)
  const coordinate = (at: number, count: number, reference: number | undefined) => {
    if (rotary.kind === 'centred') return (2 * (at + 0.5 + rotary.offset)) / count - 1
    const shifted = at + rotary.offset
    return reference === undefined ? shifted : (shifted / count) * reference
  }
  return () => {
    const angles = new Float32Array((prefix + grid.rows * grid.columns) * pairs)
    for (let row = 0; row < grid.rows; row++) {
      for (let column = 0; column < grid.columns; column++) {
        const y = coordinate(row, grid.rows, rotary.reference?.rows)
        const x = coordinate(column, grid.columns, rotary.reference?.columns)
        const [first, second] = rotary.axes === 'rows-first' ? [y, x] : [x, y]
        const at = (prefix + row * grid.columns + column) * pairs
        for (let k = 0; k < perAxis; k++) {
          angles[at + k] = first * frequency(k)
          angles[at + perAxis + k] = second * frequency(k)
        }
      }
    }
    return Promise.resolve(angles)
  }
}

/** [tokens * heads, pairs]: `rope.freqs` [2, depth, heads, pairs] has a frequency for both axes, block and head. */
function mixedAngles(arch: Architecture, weights: Weights, grid: Grid): LoadAngles {
  const { depth, heads } = arch
  const pairs = arch.attentionDim / heads / 2
  const prefix = prefixTokens(arch)
  const load: Load = weights.take('rope.freqs', [2, depth, heads, pairs])
  const isRowsFirst = arch.rotary?.axes === 'rows-first'
  return async (block) => {
    const frequencies = await load()
    const width = heads * pairs
    const first = frequencies.subarray(block * width, (block + 1) * width)
    const second = frequencies.subarray((depth + block) * width, (depth + block + 1) * width)
    const angles = new Float32Array((prefix + grid.rows * grid.columns) * width)
    for (let patch = 0; patch < grid.rows * grid.columns; patch++) {
      const [row, column] = [Math.floor(patch / grid.columns), patch % grid.columns]
      const [a, b] = isRowsFirst ? [row, column] : [column, row]
      for (let i = 0; i < width; i++)
        angles[(prefix + patch) * width + i] = a * (first[i] ?? 0) + b * (second[i] ?? 0)
    }
    return angles
  }
}
