// Every head of ViLT against transformers' own code in float64; golden.json is made by golden.py.
import { describe, expect, test } from 'vitest'
import * as ort from '../../../electron/worker/runtime.ts'
import { prepareVilt, readViltFolder } from '../../../models/vilt/folder.ts'
import { viltInputs, type ViltPair } from '../../../models/vilt/inputs.ts'
import { viltFraming } from '../../../models/vilt/photo.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { largestDifference } from '../helpers.ts'
import { photoOf, tokensOf } from './formula.ts'
import { writeSeededVilt } from './seeded-vilt.ts'
import { viltFeeds } from '../../../electron/worker/vilt/feeds.ts'
import golden from './golden.json' with { type: 'json' }

const heads = Object.entries(golden.heads)
const maxTokens = 40

async function openHead(name: keyof typeof golden.heads, architecture: string = name, withAttention = false) {
  const path = await writeSeededVilt(tempFolder(), name, { architectures: [architecture] })
  const folder = await readViltFolder(path)
  const session = await ort.InferenceSession.create(await prepareVilt(folder, tempFolder(), withAttention), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  })
  return { folder, session }
}

/** The rows of a case as pairs; for two photos each row is two. */
function pairsOf(rows: readonly (readonly number[])[], isTwo: boolean): ViltPair[] {
  return rows.flatMap(([height = 0, width = 0, count = 0], n) => {
    const tokens = tokensOf(Math.min(count, maxTokens), n)
    const first = { photo: photoOf(height, width, n), tokens }
    return isTwo ? [first, { photo: photoOf(height, width, 50 + n), tokens, isSecond: true }] : [first]
  })
}

describe.each(heads)('%s', (name, { cases }) => {
  test('computes logits within 1e-4, of photos of all shapes, unequal ones together, and of 1 to 60 tokens', async () => {
    const { folder, session } = await openHead(name as keyof typeof golden.heads)
    for (const { rows, logits } of cases) {
      const inputs = viltInputs(folder.config, pairsOf(rows, folder.config.head === 'pairs'))
      const { logits: output } = await session.run(viltFeeds(folder.config, inputs))
      const data = output?.data as Float32Array
      const ours =
        folder.config.head === 'words'
          ? rows.flatMap(([, , count = 0], n) =>
              [0, Math.min(count, maxTokens) - 1].flatMap((at) => {
                const first = (n * inputs.textTokens + at) * folder.config.vocabulary
                return [...data.subarray(first, first + 10)]
              }),
            )
          : data
      expect(largestDifference(ours, logits)).toBeLessThan(1e-4)
    }
    await session.release()
  })
})

test('the class has its old name in older checkpoints', async () => {
  const { folder, session } = await openHead('ViltForQuestionAnswering', 'ViltForVisualQuestionAnswering')
  expect(folder.config).toMatchObject({
    head: 'answers',
    labels: expect.arrayContaining(['LABEL_6']) as unknown,
  })
  await session.release()
})

test('the graph with attention computes the same logits, and probabilities', async () => {
  const { folder, session } = await openHead('ViltForQuestionAnswering', undefined, true)
  const [first] = golden.heads.ViltForQuestionAnswering.cases
  const inputs = viltInputs(folder.config, pairsOf(first?.rows ?? [], false))
  const outputs = await session.run(viltFeeds(folder.config, inputs))
  expect(largestDifference(outputs['logits']?.data as Float32Array, first?.logits ?? [])).toBeLessThan(1e-4)
  const { dims, data } = outputs['attention_2'] ?? { dims: [], data: [] }
  const tokens = inputs.textTokens + inputs.photoTokens
  expect(dims).toEqual([1, 4, tokens, tokens])
  const row = Array.from(data as Float32Array).slice(0, tokens)
  expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4)
  await session.release()
})

test('photos are as large as transformers makes them, and the longest panorama keeps a row of patches', () => {
  const preprocessing = {
    shorterPx: 384,
    divisorPx: 32,
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
    rescale: 1 / 255,
  } as const
  for (const [height = 0, width = 0, seenHeight, seenWidth] of golden.sizes)
    expect(viltFraming(width, height, preprocessing)).toMatchObject({ height: seenHeight, width: seenWidth })
  expect(viltFraming(30_000, 1000, preprocessing)).toMatchObject({ height: 32, width: 608 })
  expect(viltFraming(1, 5000, preprocessing)).toMatchObject({ height: 608, width: 32 })
})
