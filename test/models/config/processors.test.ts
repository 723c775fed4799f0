// Pixels are those that other libraries' processors make of the same photos, rule by rule.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../helpers/temp-folder.ts'
import goldens from './processors.json' with { type: 'json' }
import { pixelDifference, preprocessingOf, type ProcessorGoldens } from './processors.ts'

/** Steps of 255: within what two decoders of JPEG differ. */
const largestMean = 0.5
const largestOfPhoto = 1

const photosFolder = join(import.meta.dirname, '../../../docs/samples')
const { grid, cases }: ProcessorGoldens = goldens

test.each(cases.filter(({ files }) => !('selected_tags.csv' in files || 'top_tags.txt' in files)))(
  '$name makes the pixels of its library',
  async (one) => {
    const preprocessing = await preprocessingOf(one, tempFolder())
    const differences = await Promise.all(
      Object.entries(one.photos).map(([photo, golden]) =>
        pixelDifference(join(photosFolder, photo), golden, { grid, ...one }, preprocessing),
      ),
    )
    expect(Math.max(...differences)).toBeLessThan(largestOfPhoto)
    expect(differences.reduce((sum, one) => sum + one, 0) / differences.length).toBeLessThan(largestMean)
  },
)
