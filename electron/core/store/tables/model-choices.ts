// What the user chose for models; kept when a model is removed, so that nobody is asked again.
import { z } from 'zod'
import { ModelChoices } from '../../../contract/models.ts'
import type { ModelId } from '../../../contract/domain.ts'
import type { Db } from '../sqlite/connection.ts'

export function createModelChoices(db: Db) {
  const read = db.query(
    'SELECT choices FROM model WHERE version = @version',
    z.object({ choices: z.string() }),
  )
  const write = db.command('UPDATE model SET choices = @choices WHERE id = @id')
  return {
    /** Of the model with this fingerprint; that nothing was chosen for one that was never added. */
    choicesOf: (version: string): ModelChoices =>
      ModelChoices.parse(JSON.parse(read.get({ version })?.choices ?? '{}')),
    setChoices: (id: ModelId, choices: ModelChoices): void => {
      write({ id, choices: JSON.stringify(choices) })
    },
  }
}
