// Resampling of position embeddings against values known by hand and a direct two-dimensional implementation.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readModelFolder } from '../../../models/model-folder.ts'
import { resamplePositions } from '../../../models/vit/position-embedding.ts'
import { prepareGraph } from '../../../models/prepare.ts'
import { largestDifference, randomPhoto, runGraph, writeModel } from '../helpers.ts'
import { rowsOf, runReference } from '../reference-vit.ts'
import { makeTinyVit, timmTensors, weightOf } from '../tiny-vit.ts'

/** Keys' kernel in its textbook form. */
function keys(t: number, a: number): number {
  const x = Math.abs(t)
  if (x <= 1) return (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1
  return x < 2 ? a * x ** 3 - 5 * a * x ** 2 + 8 * a * x - 4 * a : 0
}

/** The antialiased resampling as one weighted mean over all cells, without separation or windows. */
function resampleDirectly(tokens: number[][], from: number, to: number): number[][] {
  const scale = from / to
  const support = Math.max(scale, 1)
  const weightOfCell = (out: number, cell: number) => keys((cell + 0.5 - (out + 0.5) * scale) / support, -0.5)
  return Array.from({ length: to * to }, (_, i) => {
    const sums = (tokens[0] ?? []).map(() => 0)
    let total = 0
    tokens.forEach((token, cell) => {
      const weight =
        weightOfCell(Math.floor(i / to), Math.floor(cell / from)) * weightOfCell(i % to, cell % from)
      total += weight
      token.forEach((value, d) => (sums[d] = (sums[d] ?? 0) + weight * value))
    })
    return sums.map((sum) => sum / total)
  })
}

const side = (rows: number) => ({ rows, columns: rows })

test('halves a row of four with antialias as worked out by hand', () => {
  // Centres lie at 1 and 3, the kernel is twice as wide; at distances 0.25, 0.75, 1.25 (half cells) it is
  // 0.8671875, 0.2265625, -0.0703125, and the tap at 1.75 is -0.0234375.
  const weights = [0.8671875, 0.8671875, 0.2265625, -0.0703125]
  const sum = weights.reduce((a, b) => a + b)
  const ramp = Float32Array.of(0, 1, 2, 3)
  const first = weights.reduce((total, weight, i) => total + (weight / sum) * i, 0)
  const result = resamplePositions(
    ramp,
    { rows: 1, columns: 4, dim: 1 },
    { rows: 1, columns: 2 },
    'bicubic-filtered',
  )
  expect(result[0]).toBeCloseTo(first, 6)
  expect(result[1]).toBeCloseTo(3 - first, 6)
})

test('doubles a row without antialias as worked out by hand (a = -0.75, edges repeated)', () => {
  // The second output's centre is 0.25 right of the first cell: taps at 1.25, 0.25, 0.75, 1.75.
  const taps = [-0.10546875, 0.87890625, 0.26171875, -0.03515625]
  const cells = [1, 1, 5, 2]
  const expected = taps.reduce((sum, tap, i) => sum + tap * (cells[i] ?? 0), 0)
  const values = Float32Array.of(1, 5, 2)
  const result = resamplePositions(
    values,
    { rows: 1, columns: 3, dim: 1 },
    { rows: 1, columns: 6 },
    'bicubic',
  )
  expect(result[1]).toBeCloseTo(expected, 6)
})

test.each([
  [14, 24],
  [14, 9],
  [4, 7],
  [16, 3],
])('resamples %i to %i as the direct implementation does', (from, to) => {
  const dim = 2
  const values = randomPhoto(40).subarray(0, from * from * dim)
  const expected = resampleDirectly(rowsOf(values, dim), from, to).flat()
  expect(
    largestDifference(
      resamplePositions(values, { ...side(from), dim }, side(to), 'bicubic-filtered'),
      expected,
    ),
  ).toBeLessThan(1e-5)
})

test('keeps constants constant and leaves the same grid unchanged', () => {
  const ones = new Float32Array(37 * 37).fill(1)
  for (const interpolation of ['bicubic-filtered', 'bicubic', 'bilinear'] as const) {
    const result = resamplePositions(ones, { ...side(37), dim: 1 }, side(16), interpolation)
    expect(largestDifference(result, new Float32Array(256).fill(1))).toBeLessThan(1e-6)
  }
  expect(resamplePositions(ones, { ...side(37), dim: 1 }, side(37), 'bicubic')).toBe(ones)
})

test.each([48, 24])('a 32 px model prepared for %i px agrees with the reference', async (sizePx) => {
  const vit = makeTinyVit()
  const folder = await readModelFolder(
    await writeModel(timmTensors(vit), { 'config.json': { num_attention_heads: 3 } }),
  )
  const graph = await prepareGraph(folder, {
    precision: 'fp32',
    inputSizePx: sizePx,
    cacheDir: join(folder.path, 'cache'),
  })
  expect(graph.preprocessing).toMatchObject({ height: sizePx, width: sizePx })
  const [cls = [], ...patches] = rowsOf(weightOf(vit, 'positions'), vit.dim)
  const photo = randomPhoto(sizePx)
  const positions = [cls, ...resampleDirectly(patches, vit.grid, sizePx / vit.patchPx)]
  const { logits } = await runGraph(graph, [photo])
  expect(largestDifference(logits, runReference(vit, photo, sizePx, positions).logits)).toBeLessThan(1e-4)
})

test('rejects a size that is not a multiple of the patch', async () => {
  const folder = await readModelFolder(
    await writeModel(timmTensors(makeTinyVit()), { 'config.json': { num_attention_heads: 3 } }),
  )
  const options = { precision: 'fp32', inputSizePx: 30, cacheDir: join(folder.path, 'cache') } as const
  await expect(prepareGraph(folder, options)).rejects.toThrow(/choose a multiple of 8/)
})
