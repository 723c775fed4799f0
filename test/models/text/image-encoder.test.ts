// The image side of text-image models against transformers' own numbers, and the logits of both sides together.
import { expect, test } from 'vitest'
import { readModelFolder } from '../../../models/model-folder.ts'
import { prepareGraph } from '../../../models/prepare.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { largestDifference, runGraph } from '../helpers.ts'
import { textImageModels } from './models.ts'

test.each(textImageModels)(
  '$name: image embeddings are of unit length and within 1e-5 of transformers, and give its logits within 1e-4',
  async ({ folder, golden }) => {
    const { image, text, logits, logitScale, logitBias } = golden()
    const model = await readModelFolder(folder)
    expect(model).toMatchObject({ classes: 0, labels: [], embeddingDim: text[0]?.length })
    const graph = await prepareGraph(model, { precision: 'fp32', cacheDir: tempFolder() })
    const pixels = Float32Array.from({ length: 2 * 3 * 32 * 32 }, (_, i) => Math.sin(0.01 * i))
    const outputs = await runGraph(graph, [
      pixels.subarray(0, pixels.length / 2),
      pixels.subarray(pixels.length / 2),
    ])
    const embeddings = outputs['cls_embedding'] ?? new Float32Array()
    expect(largestDifference(embeddings, image.flat())).toBeLessThan(1e-5)
    // A head of words computes exactly this: the text embeddings are its weights.
    const own = text.flatMap((weights) =>
      image.map((_, n) => {
        const row = embeddings.subarray(n * weights.length, (n + 1) * weights.length)
        return logitScale * weights.reduce((sum, weight, d) => sum + weight * (row[d] ?? 0), 0) + logitBias
      }),
    )
    expect(largestDifference(own, logits.flat())).toBeLessThan(1e-4)
  },
)
