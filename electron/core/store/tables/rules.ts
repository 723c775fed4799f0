// The rules of the library: which suggestions show, and under which name.
import { z } from 'zod'
import { Rules } from '../../../contract/rules.ts'
import { createLabelInterner } from './labels.ts'
import type { Db } from '../sqlite/connection.ts'

export type RulesStore = ReturnType<typeof createRules>

export function createRules(db: Db) {
  const intern = createLabelInterner(db)
  const read = db.query('SELECT body FROM rules', z.object({ body: z.string() }))
  const write = db.command(
    'INSERT INTO rules (id, body) VALUES (1, @body) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  )
  let last = { body: '', rules: Rules.parse({}) }

  /** Parsed once for each text: each page of photos needs the rules. */
  const get = (): Rules => {
    const body = read.get()?.body ?? '{}'
    if (body !== last.body) last = { body, rules: Rules.parse(JSON.parse(body)) }
    return last.rules
  }

  return {
    get,
    /** Saves the rules and returns the previous ones; may be part of a transaction. */
    replace: (rules: Rules): Rules =>
      db.transaction(() => {
        const before = get()
        // So that they are found by text like every other label.
        for (const { to } of rules.mapping) if (to !== null) intern(to)
        write({ body: JSON.stringify(rules) })
        return before
      }),
  }
}
