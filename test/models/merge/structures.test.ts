// A trained head in every structure: the merged model computes what the head computes from the embedding, or is refused.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mergeModel } from '../../../models/merge/merge-model.ts'
import { ModelError } from '../../../models/model-error.ts'
import { readModelFolder } from '../../../models/model-folder.ts'
import { prepareGraph } from '../../../models/prepare.ts'
import { largestDifference, runGraph } from '../helpers.ts'
import { withTwin } from '../parity.ts'
import { goldens, twinPhoto, type Twin } from '../seeded.ts'
import { applyHead, randomHead } from './heads.ts'

const twins: [string, Twin][] = (['timm', 'transformers'] as const).flatMap((library) =>
  goldens(library).map((twin): [string, Twin] => [`${library}: ${twin.name}`, twin]),
)

test.each(twins)('%s computes the logits of the new head, as ONNX and as a checkpoint', async (_, twin) => {
  const [size] = twin.sizes
  if (size === undefined) throw new Error('the twin has no size')
  const photos = [0, 1].map((number) => twinPhoto(number, size.heightPx, size.widthPx))
  await withTwin(twin, async (model) => {
    const cacheDir = join(model.path, 'cache')
    const inputSizePx = size.heightPx === size.widthPx ? size.heightPx : null
    const given = inputSizePx === null ? {} : { inputSizePx }
    const before = await runGraph(
      await prepareGraph(model, { precision: 'fp32', cacheDir, ...given }),
      photos,
    )
    const embeddings = before['cls_embedding'] ?? new Float32Array()
    const head = randomHead(model.embeddingDim ?? 0)
    for (const format of ['onnx', 'safetensors'] as const) {
      const folder = join(model.path, format)
      await mkdir(folder)
      const merging = mergeModel(model, head, { format, precision: 'fp32', inputSizePx, cacheDir, folder })
      const refused = await merging.then(
        () => null,
        (error: unknown) => error,
      )
      if (refused !== null) {
        // Never as ONNX.
        expect(refused).toBeInstanceOf(ModelError)
        expect(refused).toMatchObject({ message: expect.stringContaining('is an image tower') as string })
        expect(format).toBe('safetensors')
        continue
      }
      const merged = await readModelFolder(folder)
      const graph = await prepareGraph(merged, {
        precision: 'fp32',
        cacheDir,
        ...(format === 'onnx' ? {} : given),
      })
      const after = await runGraph(graph, photos)
      expect(merged.scores).toMatchObject(head.scores)
      expect({ format, difference: largestDifference(after['logits'], applyHead(head, embeddings)) }).toEqual(
        {
          format,
          difference: expect.toSatisfy((difference: number) => difference < 1e-4) as number,
        },
      )
    }
  })
})
