// What models suggest for photos once the rules are applied: of the head in use where it has looked, else of the model.
import type { z } from 'zod'
import { Label, PhotoId } from '../../contract/domain.ts'
import { createLabelNames } from '../browse/label-names.ts'
import { createMerged, createRuleSet } from '../browse/rule-set.ts'
import type { VariantId } from './models.ts'
import type { RulesStore } from './rules.ts'
import type { Db } from './sqlite.ts'

/** What people said about photos: names of the labels that they confirmed or rejected. */
export type Judged = ReadonlyMap<PhotoId, readonly Label[]>

const Row = Label.extend({ photoId: PhotoId })

/** The variant that labelled the photo last, where none is named; null where none did. */
export const chosenVariant = `
  SELECT e.value AS photoId, coalesce(@variantId, (
    SELECT i.variant_id FROM model_variant v
    CROSS JOIN inference i ON i.variant_id = v.id AND i.photo_id = e.value
    WHERE i.status = 'labelled' ORDER BY i.at_ms DESC, i.variant_id DESC LIMIT 1
  )) AS variantId
  FROM json_each(@photoIds) e`
const columns = `p.photo_id AS photoId, l.name, 'model' AS source, 'suggested' AS state,
  p.score, p.rank, m.name AS modelName`
const names = `JOIN label l ON l.id = p.label_id
  JOIN model_variant v ON v.id = p.variant_id JOIN model m ON m.id = v.model_id`

export const suggestionSql = {
  // By name, so that a list does not depend on the order of clicks; confirmed sorts before rejected.
  human: `SELECT a.photo_id AS photoId, l.name, 'human' AS source, a.state, a.score, NULL AS rank,
      m.name AS modelName, coalesce('head-' || a.head_version, m.version) AS modelVersion, a.at_ms AS atMs
    FROM json_each(@photoIds) e CROSS JOIN annotation a ON a.photo_id = e.value
    JOIN label l ON l.id = a.label_id LEFT JOIN model m ON m.id = a.model_id
    ORDER BY a.photo_id, a.state, l.name`,
  model: `WITH chosen AS (${chosenVariant}) SELECT ${columns}, m.version AS modelVersion, i.at_ms AS atMs
    FROM chosen c CROSS JOIN prediction p ON p.variant_id = c.variantId AND p.photo_id = c.photoId
    JOIN inference i ON i.variant_id = p.variant_id AND i.photo_id = p.photo_id
    ${names} ORDER BY p.photo_id, p.rank`,
  head: `WITH chosen AS (${chosenVariant}) SELECT ${columns}, 'head-' || h.version AS modelVersion, h.created_at_ms AS atMs
    FROM chosen c CROSS JOIN head_prediction p ON p.variant_id = c.variantId AND p.photo_id = c.photoId
    JOIN head h ON h.id = p.head_id
    ${names} ORDER BY p.photo_id, p.rank`,
} as const

export type Suggestions = ReturnType<typeof createSuggestions>

export function createSuggestions(db: Db, rules: RulesStore) {
  const model = db.query(suggestionSql.model, Row)
  const head = db.query(suggestionSql.head, Row)
  const human = db.query(suggestionSql.human, Row)
  const merged = createMerged()

  /** The model steps back for every photo that the head has seen, also where all that the head says was judged. */
  const rowsOf = (photoIds: string, variantId: VariantId | null): Map<PhotoId, Label[]> => {
    const fromHead = groupByPhoto(head.all({ photoIds, variantId }))
    return new Map([...groupByPhoto(model.all({ photoIds, variantId })), ...fromHead])
  }

  const judgements = (photoIds: readonly PhotoId[]): Map<PhotoId, Label[]> =>
    groupByPhoto(human.all({ photoIds: JSON.stringify(photoIds) }))

  const visible = (
    photoIds: readonly PhotoId[],
    variantId: VariantId | null,
    judged: Judged,
  ): Map<PhotoId, Label[]> => {
    const names = createLabelNames()
    const ruleSet = createRuleSet(rules.get(), names)
    const show = (photoId: PhotoId, rows: readonly Label[]): Label[] => {
      const said = new Set((judged.get(photoId) ?? []).map(({ name }) => names.idOf(name)))
      const classes = rows.map(({ name }) => names.idOf(name))
      const scores = rows.map(({ score }) => score ?? 0)
      ruleSet.merge(merged, classes, scores, 0, rows.length, said)
      const [first] = rows
      const labels: Label[] = []
      for (let i = 0; first !== undefined && i < merged.count; i++) {
        if (merged.isVisible[i] !== 1) continue
        const name = names.nameOf(merged.labels[i] ?? 0)
        labels.push({ ...first, name, score: merged.scores[i] ?? 0, rank: i + 1 })
      }
      return labels
    }
    const rows = rowsOf(JSON.stringify(photoIds), variantId)
    return new Map([...rows].map(([photoId, said]) => [photoId, show(photoId, said)]))
  }

  return {
    /** What people said about these photos: confirmed labels first, then rejected ones, each by name. */
    judgements,
    /**
     * The suggestions that show, best first, of this variant; without one, of the variant that labelled each photo
     * last. `rank` counts the labels after renaming, also those that do not show.
     */
    visible,
    /** The same as a tile shows them, without those that a person judged. */
    shown: (photoIds: readonly PhotoId[]): Map<PhotoId, Label[]> =>
      visible(photoIds, null, judgements(photoIds)),
  }
}

function groupByPhoto(rows: readonly z.infer<typeof Row>[]): Map<PhotoId, Label[]> {
  const groups = new Map<PhotoId, Label[]>()
  for (const { photoId, ...label } of rows) {
    const group = groups.get(photoId)
    if (group === undefined) groups.set(photoId, [label])
    else group.push(label)
  }
  return groups
}
