// Merges heads with what is known of them. They get the next versions of their variant, and none comes into use by it: the
// photos of the other libraries have no predictions of it yet.
import { z } from 'zod'
import type { Db } from '../sqlite/connection.ts'
import { insertFrom, mapped } from './sql.ts'

const HeadRow = z.object({ id: z.int(), variantId: z.int(), version: z.int() })
const KnownRow = z.object({ id: z.int(), version: z.int() })

/** A head is known by its variant, its weights and its time. Belongs inside a transaction. Returns how many are new. */
export function mergeHeads(db: Db): { heads: number } {
  const list = db.query(
    `SELECT id, ${mapped('variant', 'variant_id')} AS variantId, version FROM src.head ORDER BY variant_id, version`,
    HeadRow,
  )
  const find = db.query(
    `SELECT t.id, t.version FROM src.head s JOIN main.head t ON t.variant_id = @variantId
       AND t.created_at_ms = s.created_at_ms AND t.kind = s.kind AND t.parameters = s.parameters WHERE s.id = @src`,
    KnownRow,
  )
  const given = {
    variant_id: '@variantId',
    version: '(SELECT coalesce(max(version), 0) + 1 FROM main.head WHERE variant_id = @variantId)',
  }
  const insert = db.query(
    `${insertFrom(db, 'head', { given, without: ['id'] })} FROM src.head s WHERE s.id = @src RETURNING id, version`,
    KnownRow,
  )
  const parts = (
    [
      ['head_example', { photo_id: mapped('photo', 's.photo_id') }],
      ['head_evaluation', { photo_id: mapped('photo', 's.photo_id') }],
      ['head_result', {}],
    ] as const
  ).map(([table, also]) =>
    db.command(
      `${insertFrom(db, table, { given: { head_id: '@id', ...also } }).replace('INSERT', 'INSERT OR IGNORE')}
       FROM src.${table} s WHERE s.head_id = @src`,
    ),
  )
  const note = db.command(
    `INSERT INTO merging_head (variant_id, src, version) VALUES (@variantId, @src, @version)`,
  )
  let heads = 0
  for (const { id: src, variantId, version } of list.all()) {
    const known = find.get({ src, variantId })
    const head = known ?? insert.get({ src, variantId })
    if (head === null) throw new Error('INSERT gave no row')
    if (known === null) {
      heads++
      for (const copy of parts) copy({ src, id: head.id })
    }
    note({ variantId, src: version, version: head.version })
  }
  return { heads }
}
