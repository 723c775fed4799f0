// Computes what other rules would change, without saving them, fast enough for a slider that is being moved.
import { setImmediate } from 'node:timers/promises'
import type { Rules, RulesPreview } from '../../contract/rules.ts'
import { listedPhotos } from '../browse/listed-photos.ts'
import { createMerged, createRuleSet } from '../domain/rule-set.ts'
import type { Tables } from '../browse/select.ts'

const bins = 20
/** Photos evaluated before yielding to the event loop. */
const chunkSize = 20_000

export async function previewRules(tables: Tables, rules: Rules): Promise<RulesPreview> {
  const { photos, names } = tables
  const { pool } = photos
  const ruleSet = createRuleSet(rules, names)
  const merged = createMerged()
  const histogram = new Int32Array(bins)
  const preview = { suggestedNow: 0, suggestedThen: 0 }
  let done = 0
  for (const id of listedPhotos(tables)) {
    const count = pool.countOf(id)
    if (++done % chunkSize === 0) await setImmediate()
    if (count === 0) continue
    const annotated = photos.annotatedOf(id)
    ruleSet.merge(merged, pool.classes, pool.scores, pool.startOf(id), count, annotated?.all ?? null)
    if (merged.count > 0) {
      const bin = Math.min(bins - 1, Math.floor((merged.scores[0] ?? 0) * bins))
      histogram[bin] = (histogram[bin] ?? 0) + 1
    }
    if ((annotated?.confirmed.length ?? 0) > 0) continue
    if (pool.visibleCountOf(id) > 0) preview.suggestedNow++
    if (merged.isVisible.subarray(0, merged.count).includes(1)) preview.suggestedThen++
  }
  return { ...preview, histogram: [...histogram] }
}
