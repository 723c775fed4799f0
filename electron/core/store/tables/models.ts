// Models that the user added.
import { z } from 'zod'
import { Model } from '../../../contract/models.ts'
import type { ModelId } from '../../../contract/domain.ts'
import type { Db } from '../sqlite/connection.ts'
import { createDecisionRules } from './decision-rules.ts'
import { createModelChoices } from './model-choices.ts'
import { createModelClasses } from './model-classes.ts'
import { createModelVariants } from './model-variants.ts'

/** The origin of a model follows from its path, and is not stored. */
const StoredModel = Model.omit({ origin: true })

/** SQLite has no booleans. */
const Row = StoredModel.extend({ readsWords: z.int().transform((flag) => flag === 1) })
export type StoredModel = z.infer<typeof StoredModel>
export type NewModel = Omit<StoredModel, 'id' | 'addedAtMs' | 'labelCount'>

const columns = `id, name, version, path, kind, task, classes, embedding_dim AS embeddingDim,
  reads_words AS readsWords,
  coalesce(nullif((SELECT count(DISTINCT c.name) FROM model_class c WHERE c.model_id = model.id), 0), classes) AS labelCount,
  input_width_px AS inputWidthPx, input_height_px AS inputHeightPx, weight_bytes AS weightBytes, added_at_ms AS addedAtMs`

export type Models = ReturnType<typeof createModels>

export function createModels(db: Db) {
  const upsert = db.query(
    `INSERT INTO model (version, name, path, kind, task, classes, embedding_dim, reads_words, input_width_px,
       input_height_px, weight_bytes, added_at_ms)
     VALUES (@version, @name, @path, @kind, @task, @classes, @embeddingDim, @readsWords, @inputWidthPx, @inputHeightPx,
       @weightBytes, @atMs)
     ON CONFLICT (version) DO UPDATE SET name = excluded.name, path = excluded.path, reads_words = excluded.reads_words, removed_at_ms = NULL
     RETURNING ${columns}`,
    Row,
  )
  const list = db.query(`SELECT ${columns} FROM model WHERE removed_at_ms IS NULL ORDER BY name, id`, Row)
  const get = db.query(`SELECT ${columns} FROM model WHERE removed_at_ms IS NULL AND id = @id`, Row)
  const findByName = db.query(
    `SELECT ${columns} FROM model WHERE removed_at_ms IS NULL AND name = @name ORDER BY id DESC LIMIT 1`,
    Row,
  )
  const findByPath = db.query(
    `SELECT ${columns} FROM model WHERE removed_at_ms IS NULL AND path = @path ORDER BY id DESC LIMIT 1`,
    Row,
  )
  const variantsOf = 'SELECT id FROM model_variant WHERE model_id = @id'
  // Heads go too: without embeddings they apply to nothing. Those that refer to others come first.
  // So do the steps that are about them.
  const forget = [
    ...['history_head', 'history_suggestions'].map(
      (table) =>
        `DELETE FROM history_step WHERE id IN (SELECT step_id FROM ${table} WHERE variant_id IN (${variantsOf}))`,
    ),
    ...['head_example', 'head_evaluation'].map(
      (table) =>
        `DELETE FROM ${table} WHERE head_id IN (SELECT id FROM head WHERE variant_id IN (${variantsOf}))`,
    ),
    ...[
      'library_map',
      'head_prediction',
      'head_promotion',
      'head',
      'prediction',
      'embedding',
      'inference',
    ].map((table) => `DELETE FROM ${table} WHERE variant_id IN (${variantsOf})`),
  ].map((sql) => db.command(sql))
  const remove = db.command('UPDATE model SET removed_at_ms = @atMs WHERE id = @id AND removed_at_ms IS NULL')

  return {
    ...createModelVariants(db),
    ...createModelClasses(db),
    ...createModelChoices(db),
    ...createDecisionRules(db),
    /** Adds the model; where the same weights (by `version`) are known, only changes the name and the path. */
    upsert: (model: NewModel): StoredModel => {
      const saved = upsert.get({ ...model, readsWords: Number(model.readsWords), atMs: Date.now() })
      if (saved === null) throw new Error('INSERT gave no row')
      return saved
    },
    list: (): StoredModel[] => list.all(),
    get: (id: ModelId): StoredModel | null => get.get({ id }),
    /** Returns the model with this name, else with this `/`-separated path; the one added last where several match. */
    find: (nameOrPath: string): StoredModel | null =>
      findByName.get({ name: nameOrPath }) ?? findByPath.get({ path: nameOrPath }),

    /** Forgets the model, its suggestions and its heads; annotations keep their provenance. False: there is no such model. */
    remove: (id: ModelId): boolean =>
      db.transaction(() => {
        for (const deleteRows of forget) deleteRows({ id })
        return remove({ id, atMs: Date.now() }) > 0
      }),
  }
}
