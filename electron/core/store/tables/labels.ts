// Names of labels, each kept once.
import { z } from 'zod'
import type { Db } from '../sqlite/connection.ts'

const Row = z.object({ id: z.int() })

/** Returns a function that returns the number of a label, and adds a new one. Belongs inside the transaction that uses it. */
export function createLabelInterner(db: Db): (name: string) => number {
  const find = db.query('SELECT id FROM label WHERE name = @name', Row)
  const insert = db.query('INSERT INTO label (name) VALUES (@name) RETURNING id', Row)
  return (name) => {
    const label = find.get({ name }) ?? insert.get({ name })
    if (label === null) throw new Error('INSERT gave no id')
    return label.id
  }
}
