// Which model labels when none is chosen. The rule is short, so that users can predict it.
import { findReferenced } from '../../common/model-reference.ts'
import type { BestModel, Model } from '../../contract/models.ts'
import { findCatalogueEntry } from '../../../models/catalogue/catalogue.ts'

/**
 * What models for everyday things are measured on; others (dishes, scenes) know nothing else and are never a default.
 */
const everydayThings = 'ImageNet-1k'

/** Which model, and why. */
export type Choice = Pick<BestModel, 'model' | 'reason' | 'accuracy'>

/**
 * Returns of these models the one that the settings refer to; else the one from the catalogue with the highest published
 * accuracy on everyday things; else the largest classifier that the user added, whose accuracy is unknown; else the bundled one.
 * Null where there is none of them.
 */
export function chooseBest(models: readonly Model[], wanted: string | null): Choice | null {
  const chosen = findReferenced(models, wanted)
  if (chosen !== undefined) return { model: chosen, reason: 'chosen', accuracy: null }
  const measured = models
    .flatMap((model) => {
      const accuracy = model.origin === 'catalogue' ? findCatalogueEntry(model.name)?.accuracy : null
      return accuracy?.dataset === everydayThings ? [{ model, accuracy }] : []
    })
    .sort((a, b) => b.accuracy.top1Percent - a.accuracy.top1Percent)
  const [most] = measured
  if (most !== undefined) {
    const { top1Percent, dataset } = most.accuracy
    return { model: most.model, reason: 'most-accurate', accuracy: { top1Percent, dataset } }
  }
  const [largest] = models
    .filter(({ origin, classes }) => origin === 'disk' && classes > 0)
    .sort((a, b) => b.weightBytes - a.weightBytes)
  if (largest !== undefined) return { model: largest, reason: 'largest', accuracy: null }
  const bundled = models.find(({ origin }) => origin === 'bundled')
  return bundled === undefined ? null : { model: bundled, reason: 'bundled', accuracy: null }
}
