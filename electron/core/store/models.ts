// Models that a person added, and the variants (precision and input size) in which they were run.
import { z } from 'zod'
import { Model, ModelId, Precision } from '../../contract/domain.ts'
import type { Db } from './sqlite.ts'

/**
 * One model at one precision and input size; what predictions belong to. People speak of models, so the contract does
 * not know variants: a job names its variant by its request, a list shows the variant that was used last.
 */
export const VariantId = z.int().positive().brand('VariantId')
export type VariantId = z.infer<typeof VariantId>

/** Where a model comes from is told by its path, and not stored. */
const StoredModel = Model.omit({ origin: true })
export type StoredModel = z.infer<typeof StoredModel>
export type NewModel = Omit<StoredModel, 'id' | 'addedAtMs'>

export const Variant = z.object({
  modelId: ModelId,
  precision: Precision,
  inputWidthPx: z.int(),
  inputHeightPx: z.int(),
})
export type Variant = Readonly<z.infer<typeof Variant>>

const columns = `id, name, version, path, kind, classes, embedding_dim AS embeddingDim,
  input_width_px AS inputWidthPx, input_height_px AS inputHeightPx, weight_bytes AS weightBytes, added_at_ms AS addedAtMs`

export type Models = ReturnType<typeof createModels>

export function createModels(db: Db) {
  const upsert = db.query(
    `INSERT INTO model (version, name, path, kind, classes, embedding_dim, input_width_px, input_height_px,
       weight_bytes, added_at_ms)
     VALUES (@version, @name, @path, @kind, @classes, @embeddingDim, @inputWidthPx, @inputHeightPx, @weightBytes, @atMs)
     ON CONFLICT (version) DO UPDATE SET name = excluded.name, path = excluded.path, removed_at_ms = NULL
     RETURNING ${columns}`,
    StoredModel,
  )
  const list = db.query(
    `SELECT ${columns} FROM model WHERE removed_at_ms IS NULL ORDER BY name, id`,
    StoredModel,
  )
  const get = db.query(`SELECT ${columns} FROM model WHERE removed_at_ms IS NULL AND id = @id`, StoredModel)
  const findByName = db.query(
    `SELECT ${columns} FROM model WHERE removed_at_ms IS NULL AND name = @name ORDER BY id DESC LIMIT 1`,
    StoredModel,
  )
  const findByPath = db.query(
    `SELECT ${columns} FROM model WHERE removed_at_ms IS NULL AND path = @path ORDER BY id DESC LIMIT 1`,
    StoredModel,
  )
  const variantKey = 'model_id, precision, input_width_px, input_height_px'
  const findVariant = db.query(
    `SELECT id FROM model_variant WHERE (${variantKey}) = (@modelId, @precision, @inputWidthPx, @inputHeightPx)`,
    z.object({ id: VariantId }),
  )
  const insertVariant = db.query(
    `INSERT INTO model_variant (${variantKey}) VALUES (@modelId, @precision, @inputWidthPx, @inputHeightPx)
     RETURNING id`,
    z.object({ id: VariantId }),
  )
  const lastUsed = db.query(
    `SELECT v.id FROM job j JOIN model_variant v ON v.id = j.variant_id JOIN model m ON m.id = v.model_id
     WHERE m.removed_at_ms IS NULL AND (@modelId IS NULL OR m.id = @modelId) ORDER BY j.last_started_at_ms DESC, j.id DESC LIMIT 1`,
    z.object({ id: VariantId }),
  )
  const describeVariant = db.query(
    `SELECT model_id AS modelId, precision, input_width_px AS inputWidthPx, input_height_px AS inputHeightPx
     FROM model_variant WHERE id = @id`,
    Variant,
  )
  const variantsOf = 'SELECT id FROM model_variant WHERE model_id = @id'
  // Heads go too: without embeddings they apply to nothing. Those that refer to others come first.
  const forget = [
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

  const countClasses = db.query(
    'SELECT count(*) AS count FROM model_class WHERE model_id = @id',
    z.object({ count: z.int() }),
  )
  const insertClass = db.command(
    'INSERT INTO model_class (model_id, class_index, name) VALUES (@id, @index, @name)',
  )
  const classNames = db.query(
    `SELECT DISTINCT c.name FROM model_class c JOIN model m ON m.id = c.model_id WHERE m.removed_at_ms IS NULL ORDER BY c.name`,
    z.object({ name: z.string() }),
  )

  return {
    /** Remembers the names of its classes, in the order of the logits. The same weights have the same ones. */
    nameClasses: (id: ModelId, names: readonly string[]): void => {
      db.transaction(() => {
        if (countClasses.get({ id })?.count === names.length) return
        for (const [index, name] of names.entries()) insertClass({ id, index, name })
      })
    },
    /** The classes of all models, each name once. */
    classNames: (): string[] => classNames.all().map(({ name }) => name),
    /** Adds the model; the same weights again (by `version`) only change the name and the path. */
    upsert: (model: NewModel): StoredModel => {
      const saved = upsert.get({ ...model, atMs: Date.now() })
      if (saved === null) throw new Error('INSERT gave no row')
      return saved
    },
    list: (): StoredModel[] => list.all(),
    get: (id: ModelId): StoredModel | null => get.get({ id }),
    /** The model with this name, else with this `/`-separated path; the one added last where several match. */
    find: (nameOrPath: string): StoredModel | null =>
      findByName.get({ name: nameOrPath }) ?? findByPath.get({ path: nameOrPath }),

    /** Forgets the model, its suggestions and its heads; human labels keep saying which model had suggested them. False: not there. */
    remove: (id: ModelId): boolean =>
      db.transaction(() => {
        for (const deleteRows of forget) deleteRows({ id })
        return remove({ id, atMs: Date.now() }) > 0
      }),

    /** The variant with these properties, which is made when it is new. */
    variant: (variant: Variant): VariantId =>
      db.transaction(() => {
        const row = findVariant.get({ ...variant }) ?? insertVariant.get({ ...variant })
        if (row === null) throw new Error('INSERT gave no id')
        return row.id
      }),
    describeVariant: (id: VariantId): Variant | null => describeVariant.get({ id }),
    /** The variant that the newest job ran with, of this model or of any; null before the first job. */
    lastUsed: (modelId: ModelId | null): VariantId | null => lastUsed.get({ modelId })?.id ?? null,
    /** What lists and exports show: a model as it was run last, or `latest`, where no model is named. */
    shown: (modelId: ModelId | null): VariantId | 'latest' | null =>
      modelId === null ? 'latest' : (lastUsed.get({ modelId })?.id ?? null),
  }
}
