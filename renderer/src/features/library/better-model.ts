// Which model of the catalogue a newcomer should try: accurate for its size, and for everyday photos.
import type { CatalogueModel } from '../../../../electron/contract/models.ts'

/** A download of a minute for most people. */
const maxBytes = 100_000_000
const everyday = 'ImageNet-1k'

/** Returns the most accurate of the small models that are not here yet; null where one is being downloaded or here. */
export function betterModel(catalogue: readonly CatalogueModel[]): CatalogueModel | null {
  const small = catalogue.filter(
    ({ accuracy, approximateBytes }) => accuracy?.dataset === everyday && approximateBytes <= maxBytes,
  )
  if (small.some(({ state }) => state !== 'available')) return null
  const top1 = (model: CatalogueModel) => model.accuracy?.top1Percent ?? 0
  return small.toSorted((a, b) => top1(b) - top1(a))[0] ?? null
}
