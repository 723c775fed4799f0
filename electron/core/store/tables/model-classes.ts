// The names of the classes that models predict.
import { z } from 'zod'
import type { ModelId } from '../../../contract/domain.ts'
import type { Db } from '../sqlite/connection.ts'
import { createLabelInterner } from './labels.ts'

export function createModelClasses(db: Db) {
  const intern = createLabelInterner(db)
  // With a key, since a tagger has ten thousand names, and a library millions of predictions.
  db.exec('CREATE TEMP TABLE renamed_label (was INTEGER PRIMARY KEY, now INTEGER NOT NULL)')
  const noteRenamed = db.command(
    'INSERT INTO renamed_label (was, now) SELECT value ->> 0, value ->> 1 FROM json_each(@pairs)',
  )
  const renamePredictions = db.command(
    `UPDATE prediction SET label_id = (SELECT now FROM renamed_label WHERE was = label_id)
     WHERE label_id IN (SELECT was FROM renamed_label)
       AND variant_id IN (SELECT id FROM model_variant WHERE model_id = @id)`,
  )
  const forgetRenamed = db.command('DELETE FROM renamed_label')
  const deleteClasses = db.command('DELETE FROM model_class WHERE model_id = @id')
  const insertClass = db.command(
    'INSERT INTO model_class (model_id, class_index, name) VALUES (@id, @index, @name)',
  )
  const classNames = db.query(
    `SELECT DISTINCT c.name FROM model_class c JOIN model m ON m.id = c.model_id WHERE m.removed_at_ms IS NULL ORDER BY c.name`,
    z.object({ name: z.string() }),
  )
  const namesOf = db.query(
    'SELECT name FROM model_class WHERE model_id = @id ORDER BY class_index',
    z.object({ name: z.string() }),
  )
  return {
    /**
     * Saves the names of a model's classes, in the order of the logits. The same weights have the same names, unless the
     * user chose that their names be read otherwise; then what was predicted gets the new ones.
     * Returns the new names by the ones before, where they changed.
     */
    nameClasses: (id: ModelId, names: readonly string[], isRenamed: boolean): ReadonlyMap<string, string> =>
      db.transaction(() => {
        const before = namesOf.all({ id })
        const renamed = new Map<string, string>()
        if (!isRenamed && before.length === names.length) return renamed
        deleteClasses({ id })
        for (const [index, name] of names.entries()) insertClass({ id, index, name })
        for (const [index, { name }] of before.entries()) {
          const now = names[index]
          if (isRenamed && now !== undefined && now !== name) renamed.set(name, now)
        }
        const pairs = [...renamed].map(([was, now]) => [intern(was), intern(now)])
        noteRenamed({ pairs: JSON.stringify(pairs) })
        renamePredictions({ id })
        forgetRenamed({})
        return renamed
      }),
    /** Returns the classes of all models, each name once. */
    classNames: (): string[] => classNames.all().map(({ name }) => name),
  }
}
