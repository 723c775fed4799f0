// Names of labels, each kept once, and which of them are spellings of one label: see [Note: concepts].
import { z } from 'zod'
import { conceptOf, type ShownName } from '../../domain/label-concept.ts'
import type { Db } from '../sqlite/connection.ts'

const Row = z.object({ id: z.int() })
const NameRow = z.object({ name: z.string() })

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

export interface LabelSpellings {
  /** Returns the name under which labels show, as the library is now; for one read of many names. */
  readonly shownNames: () => ShownName
  /** Returns the spelling that is confirmed on photos; null where none is. */
  readonly confirmedSpelling: (name: string) => string | null
  /** Returns all names that stand for this label. */
  readonly spellingsOf: (name: string) => string[]
  /** Returns the same, with those of all labels below it. */
  readonly spellingsWithBelow: (name: string) => string[]
}

export function createLabelSpellings(db: Db): LabelSpellings {
  const namesAfter = db.query(
    'SELECT id, name FROM label WHERE id > @after ORDER BY id',
    Row.extend({ name: z.string() }),
  )
  const nameOf = db.query('SELECT name FROM label WHERE id = @id', NameRow)
  // One search of the index for each label, however many photos have it.
  const confirmed = db.query(
    `WITH RECURSIVE said (id) AS (
       SELECT (SELECT min(label_id) FROM annotation WHERE state = 'confirmed') UNION ALL
       SELECT (SELECT min(label_id) FROM annotation WHERE state = 'confirmed' AND label_id > said.id)
       FROM said WHERE said.id IS NOT NULL)
     SELECT l.name FROM said JOIN label l ON l.id = said.id`,
    NameRow,
  )
  const isConfirmed = db.query(
    `SELECT l.id FROM label l WHERE l.name = @name AND EXISTS (
       SELECT 1 FROM annotation a WHERE a.label_id = l.id AND a.state = 'confirmed')`,
    Row,
  )
  /** By concept, in the order in which they came. */
  const spellings = new Map<string, string[]>()
  let read = { id: 0, name: '' }

  const own = db.query('SELECT total_changes() AS changes', z.object({ changes: z.int() }))
  /** Pages of photos are read again and again while nothing is written. */
  let last: { stamp: string; names: ShownName } = { stamp: '', names: (name) => name }

  const refresh = (): void => {
    // What was rolled back left a number that another label has now.
    if (read.id > 0 && nameOf.get({ id: read.id })?.name !== read.name) {
      spellings.clear()
      read = { id: 0, name: '' }
    }
    for (const row of namesAfter.all({ after: read.id })) {
      const concept = conceptOf(row.name)
      const known = spellings.get(concept)
      if (known === undefined) spellings.set(concept, [row.name])
      else known.push(row.name)
      read = row
    }
  }
  const confirmedByConcept = (): Map<string, string> => {
    const byConcept = new Map<string, string>()
    for (const { name } of confirmed.all()) {
      const concept = conceptOf(name)
      if (!byConcept.has(concept)) byConcept.set(concept, name)
    }
    return byConcept
  }

  return {
    shownNames: () => {
      const stamp = `${own.get()?.changes ?? 0} ${Number(db.pragma('data_version'))}`
      if (last.stamp === stamp) return last.names
      refresh()
      const byUser = confirmedByConcept()
      const shown = new Map<string, string>()
      const names: ShownName = (name) => {
        const known = shown.get(name)
        if (known !== undefined) return known
        const concept = conceptOf(name)
        const found = byUser.get(concept) ?? spellings.get(concept)?.[0] ?? name
        shown.set(name, found)
        return found
      }
      last = { stamp, names }
      return names
    },
    confirmedSpelling: (name) => {
      refresh()
      const names = spellings.get(conceptOf(name)) ?? []
      return names.find((one) => isConfirmed.get({ name: one }) !== null) ?? null
    },
    spellingsOf: (name) => {
      refresh()
      return [...(spellings.get(conceptOf(name)) ?? [])]
    },
    spellingsWithBelow: (name) => {
      refresh()
      const concept = conceptOf(name)
      return [...spellings].flatMap(([other, names]) => (`${other}/`.startsWith(`${concept}/`) ? names : []))
    },
  }
}
