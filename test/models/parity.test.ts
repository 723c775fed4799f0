// Seeded twins of other libraries' models against what those libraries computed with them.
import { expect, test } from 'vitest'
import { compareTwin, withTwin } from './parity.ts'
import { goldens, type Twin } from './seeded.ts'

/** Beside logits of about 2 and embeddings of about 3. */
const bounds = { fp32: 1e-5, fp16: 1e-2, int8: 0.2 }

const twins: [string, Twin][] = (['timm', 'transformers'] as const).flatMap((library) =>
  goldens(library).map((twin): [string, Twin] => [`${library}: ${twin.name}`, twin]),
)

test.each(twins)(
  '%s has its logits and embeddings, in every size, precision and with attention',
  async (_name, twin) => {
    const sizes = twin.sizes.slice(0, 1)
    await withTwin(twin, async (folder) => {
      const compared = [
        [bounds.fp32, await compareTwin(folder, twin)],
        [bounds.fp32, await compareTwin(folder, twin, { withAttention: true, sizes })],
        [bounds.fp16, await compareTwin(folder, twin, { precision: 'fp16', sizes })],
        [bounds.int8, await compareTwin(folder, twin, { precision: 'int8', sizes })],
      ] as const
      for (const [bound, differences] of compared) {
        for (const { logits, embedding, largestEmbedding } of differences) {
          expect(logits ?? 0).toBeLessThan(bound)
          expect(embedding / Math.max(1, largestEmbedding)).toBeLessThan(bound)
        }
      }
    })
  },
)
