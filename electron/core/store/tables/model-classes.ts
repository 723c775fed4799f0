// The names of the classes that models predict.
import { z } from 'zod'
import type { ModelId } from '../../../contract/domain.ts'
import type { Db } from '../sqlite/connection.ts'

export function createModelClasses(db: Db) {
  const countClasses = db.query(
    'SELECT count(*) AS count FROM model_class WHERE model_id = @id',
    z.object({ count: z.int() }),
  )
  const countNames = db.query(
    'SELECT count(DISTINCT name) AS count FROM model_class WHERE model_id = @id',
    z.object({ count: z.int() }),
  )
  const deleteClasses = db.command('DELETE FROM model_class WHERE model_id = @id')
  const insertClass = db.command(
    'INSERT INTO model_class (model_id, class_index, name) VALUES (@id, @index, @name)',
  )
  const classNames = db.query(
    `SELECT DISTINCT c.name FROM model_class c JOIN model m ON m.id = c.model_id WHERE m.removed_at_ms IS NULL ORDER BY c.name`,
    z.object({ name: z.string() }),
  )
  return {
    /**
     * Saves the names of a model's classes, in the order of the logits. The same weights have the same names, unless the
     * user chose that their names be read otherwise.
     */
    nameClasses: (id: ModelId, names: readonly string[], isRenamed: boolean): void => {
      db.transaction(() => {
        if (isRenamed) deleteClasses({ id })
        else if (countClasses.get({ id })?.count === names.length) return
        for (const [index, name] of names.entries()) insertClass({ id, index, name })
      })
    },
    /** Returns how many different names the classes of a model have. */
    countNames: (id: ModelId): number => countNames.get({ id })?.count ?? 0,
    /** Returns the classes of all models, each name once. */
    classNames: (): string[] => classNames.all().map(({ name }) => name),
  }
}
