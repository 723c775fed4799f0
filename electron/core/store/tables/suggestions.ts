// What models suggest for photos once the rules are applied: of the promoted head where it has predicted, else of the model.
import type { z } from 'zod'
import type { Label, PhotoId } from '../../../contract/domain.ts'
import { leastShownScore, standardMinScore } from '../../domain/decision-rule.ts'
import { createLabelNames } from '../../domain/label-names.ts'
import { createMerged, createRuleSet } from '../../domain/rule-set.ts'
import type { Db } from '../sqlite/connection.ts'
import { groupByPhoto, LabelRow, type AnnotatedLabels, type AnnotationReader } from './annotations-read.ts'
import { countsOf } from './cleared-suggestions.ts'
import { decisionColumns, DecisionRow } from './decision-rules.ts'
import type { LabelSpellings } from './labels.ts'
import type { VariantId } from './model-variants.ts'
import type { RulesStore } from './rules.ts'

/** The variant that labelled the photo last, where none is named; null where none did. */
export const chosenVariant = `
  SELECT e.value AS photoId, coalesce(@variantId, (
    SELECT i.variant_id FROM model_variant v
    CROSS JOIN inference i ON i.variant_id = v.id AND i.photo_id = e.value
    WHERE i.status = 'labelled' AND ${countsOf('i', 'v')} ORDER BY i.at_ms DESC, i.variant_id DESC LIMIT 1
  )) AS variantId
  FROM json_each(@photoIds) e`
const columns = `p.photo_id AS photoId, l.name, 'model' AS source, 'suggested' AS state,
  p.score, p.rank, m.name AS modelName`
const names = `JOIN label l ON l.id = p.label_id
  JOIN model_variant v ON v.id = p.variant_id JOIN model m ON m.id = v.model_id`

export const suggestionSql = {
  model: `WITH chosen AS (${chosenVariant}) SELECT ${columns}, m.version AS modelVersion, i.at_ms AS atMs, ${decisionColumns}
    FROM chosen c CROSS JOIN prediction p ON p.variant_id = c.variantId AND p.photo_id = c.photoId
    JOIN inference i ON i.variant_id = p.variant_id AND i.photo_id = p.photo_id AND ${countsOf('i')}
    ${names} ORDER BY p.photo_id, p.rank`,
  head: `WITH chosen AS (${chosenVariant}) SELECT ${columns}, 'head-' || h.version AS modelVersion, h.created_at_ms AS atMs,
      ${standardMinScore} AS minScore, 0 AS isMultiLabel
    FROM chosen c CROSS JOIN head_prediction p ON p.variant_id = c.variantId AND p.photo_id = c.photoId
    JOIN inference i ON i.variant_id = p.variant_id AND i.photo_id = p.photo_id AND ${countsOf('i')}
    JOIN head h ON h.id = p.head_id
    ${names} ORDER BY p.photo_id, p.rank`,
} as const

const SuggestionRow = LabelRow.extend(DecisionRow.shape)
type SuggestionRow = Omit<z.infer<typeof SuggestionRow>, 'photoId'>

export type Suggestions = ReturnType<typeof createSuggestions>

export function createSuggestions(
  db: Db,
  rules: RulesStore,
  annotations: AnnotationReader,
  { shownNames }: LabelSpellings,
) {
  const model = db.query(suggestionSql.model, SuggestionRow)
  const head = db.query(suggestionSql.head, SuggestionRow)
  const merged = createMerged()

  /** The head replaces the model for every photo that it has predicted, also where all its labels are annotated. */
  const predictionsOf = (photoIds: string, variantId: VariantId | null): Map<PhotoId, SuggestionRow[]> => {
    const fromHead = groupByPhoto(head.all({ photoIds, variantId }))
    return new Map([...groupByPhoto(model.all({ photoIds, variantId })), ...fromHead])
  }

  const visible = (
    photoIds: readonly PhotoId[],
    variantId: VariantId | null,
    annotated: AnnotatedLabels,
    leastScore = leastShownScore,
  ): Map<PhotoId, Label[]> => {
    const names = createLabelNames(shownNames())
    const ruleSet = createRuleSet(rules.get(), names, leastScore)
    const applyRules = (photoId: PhotoId, predictions: readonly SuggestionRow[]): Label[] => {
      const ofUser = annotated.get(photoId) ?? []
      const annotatedIds = new Set(ofUser.map(({ name }) => names.idOf(name)))
      const classes = predictions.map(({ name }) => names.idOf(name))
      const scores = predictions.map(({ score }) => score ?? 0)
      ruleSet.merge(merged, classes, scores, 0, predictions.length, annotatedIds)
      const labels: Label[] = []
      const [first] = predictions
      if (first === undefined) return labels
      const { minScore, isMultiLabel, ...common } = first
      ruleSet.weigh(
        merged,
        { minScore, isMultiLabel },
        ofUser.some(({ state }) => state === 'confirmed'),
      )
      for (let i = 0; i < merged.count; i++) {
        if (merged.isVisible[i] !== 1) continue
        const name = names.nameOf(merged.labels[i] ?? 0)
        labels.push({
          ...common,
          name,
          score: merged.scores[i] ?? 0,
          rank: i + 1,
          isWeak: merged.isWeak[i] === 1,
        })
      }
      return labels
    }
    const predictions = predictionsOf(JSON.stringify(photoIds), variantId)
    return new Map([...predictions].map(([photoId, labels]) => [photoId, applyRules(photoId, labels)]))
  }

  return {
    /**
     * Returns the suggestions that show, best first, of this variant; without one, of the variant that labelled each
     * photo last. `rank` counts the labels after renaming, also those that do not show.
     */
    visible,
    /** Returns the same as a tile shows them, without labels that the user annotated. */
    shown: (photoIds: readonly PhotoId[]): Map<PhotoId, Label[]> =>
      visible(photoIds, null, annotations.of(photoIds)),
  }
}
