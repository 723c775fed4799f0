// Words of paths and labels in SQLite's full-text index.
import { z } from 'zod'
import type { Db } from '../sqlite/connection.ts'

/** Scripts that are written without spaces: each character is a word, so that any part of a name is found. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu
const separated = (text: string): string => text.replaceAll(unspaced, ' $& ')

const Row = z.object({ id: z.int(), text: z.string() })
const Ids = z.object({ ids: z.string() })
const Last = z.object({ rowid: z.int() })

export type Search = ReturnType<typeof createSearch>

export function createSearch(db: Db) {
  const createIndex = (table: string, source: string, column: string) => {
    const last = db.query(`SELECT rowid FROM ${table} ORDER BY rowid DESC LIMIT 1`, Last)
    const next = db.query(
      `SELECT id, ${column} AS text FROM ${source} WHERE id > @after ORDER BY id LIMIT @limit`,
      Row,
    )
    const insert = db.command(`INSERT INTO ${table} (rowid, words) VALUES (@id, @words)`)
    const find = db.query(
      `SELECT json_group_array(rowid) AS ids FROM ${table} WHERE ${table} MATCH @query AND rowid > @after`,
      Ids,
    )
    let highest = 0
    let timesBuilt = 0
    const readLast = (): number => {
      const read = last.get()?.rowid ?? 0
      if (read < highest) timesBuilt++
      highest = read
      return read
    }
    return {
      readLast,
      timesBuilt: () => timesBuilt,
      /** Indexes up to `limit` new rows. Returns whether there may be more. */
      catchUp: (limit: number): boolean => {
        const rows = next.all({ after: readLast(), limit })
        if (rows.length > 0)
          db.transaction(() => {
            for (const { id, text } of rows) insert({ id, words: separated(text) })
          })
        return rows.length === limit
      },
      find: (query: string, after: number): number[] =>
        JSON.parse(find.get({ query, after })?.ids ?? '[]') as number[],
    }
  }
  const clearFiles = db.command("INSERT INTO file_text (file_text) VALUES ('delete-all')")
  const files = createIndex('file_text', 'file', 'path')
  const labels = createIndex('label_text', 'label', 'name')

  return {
    /** Indexes up to `limit` new labels or files. Returns whether there may be more. */
    catchUp: (limit: number): boolean => labels.catchUp(limit) || files.catchUp(limit),
    /** Drops all words of paths, also those of files that were forgotten; `catchUp` builds them again. */
    clearFiles: (): void => {
      clearFiles()
    },
    /** Counts up whenever the words of all paths were found dropped. */
    timesBuilt: (): number => files.timesBuilt(),
    /** Returns a query of the index for each word of the text: what starts with it. */
    queriesOf: (text: string): string[] =>
      text
        .split(/\s+/)
        .filter((word) => /[\p{L}\p{N}]/u.test(word))
        .map((word) => `"${separated(word).replaceAll('"', ' ').replaceAll('\0', ' ')}" *`),
    /** Returns the files beyond the number `after` in whose path a word starts so, and up to which number there are words. */
    filesWith: (query: string, after: number): { fileIds: number[]; upTo: number } => {
      const upTo = files.readLast()
      return { fileIds: upTo > after ? files.find(query, after) : [], upTo }
    },
    labelsWith: (query: string): number[] => labels.find(query, 0),
  }
}
