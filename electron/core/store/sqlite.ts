// The one place that talks to better-sqlite3: prepared statements with checked rows, transactions, translated errors.
import Database from 'better-sqlite3'
import type { z } from 'zod'
import { toAppError } from './errors.ts'

export interface DbOptions {
  /** Absolute path of the library file. */
  readonly file: string
  /** Path of the compiled better-sqlite3 addon, for a runtime that its own build does not fit. */
  readonly nativeBinding?: string | undefined
  /** How long to wait for another program's write. */
  readonly busyTimeoutMs?: number | undefined
}

export type Values = Readonly<Record<string, string | number | Uint8Array | null>>

/** A prepared statement that gives rows; every row is parsed by its schema. */
export interface Query<Row> {
  get(values?: Values): Row | null
  all(values?: Values): Row[]
}

/** A connection to one library; every failure of SQLite leaves it as an `AppError`. */
export interface Db {
  readonly file: string
  query<Row>(sql: string, row: z.ZodType<Row>): Query<Row>
  /** Prepares a statement without rows; running it gives the number of rows it changed. */
  command(sql: string): (values?: Values) => number
  /** Runs statements that are used once, for example a migration. */
  exec(sql: string): void
  pragma(name: string): unknown
  /** All or nothing. The commit survives a crash of the program, and a power cut from the next checkpoint on. */
  transaction<T>(work: () => T): T
  /** All or nothing, and on the disk when this returns: what a person said must survive a power cut. */
  durably<T>(work: () => T): T
  /** Calls after each commit of this connection, be it of a transaction or of a single command. */
  onCommit(listener: () => void): void
  close(): void
}

const defaultBusyTimeoutMs = 5000

/** Opens the file as it is; see `openLibrary` for the checks and the migrations. */
export function connect({ file, nativeBinding, busyTimeoutMs = defaultBusyTimeoutMs }: DbOptions): Db {
  const guard = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw error instanceof Database.SqliteError ? toAppError(error.code, error, file) : error
    }
  }
  const raw = guard(
    () =>
      new Database(file, {
        timeout: busyTimeoutMs,
        ...(nativeBinding === undefined ? {} : { nativeBinding }),
      }),
  )
  const listeners: (() => void)[] = []
  const tellCommit = (): void => {
    if (!raw.inTransaction) for (const listener of listeners) listener()
  }
  const transaction = <T>(work: () => T): T => {
    const result = guard(() => raw.transaction(work).immediate())
    tellCommit()
    return result
  }

  return {
    file,
    transaction,
    query: (sql, row) => {
      const statement = guard(() => raw.prepare(sql))
      return {
        get: (values = {}) => {
          const found = guard(() => statement.get(values))
          return found === undefined ? null : row.parse(found)
        },
        all: (values = {}) => guard(() => statement.all(values)).map((found) => row.parse(found)),
      }
    },
    command: (sql) => {
      const statement = guard(() => raw.prepare(sql))
      return (values = {}) => {
        const { changes } = guard(() => statement.run(values))
        if (changes > 0) tellCommit()
        return changes
      }
    },
    exec: (sql) => {
      guard(() => raw.exec(sql))
    },
    pragma: (name) => guard(() => raw.pragma(name, { simple: true })),
    durably: (work) => {
      // SQLite ignores a change of `synchronous` inside a transaction, without a word.
      if (raw.inTransaction) throw new Error('durably() inside a transaction would not be durable')
      raw.pragma('synchronous = FULL')
      try {
        return transaction(work)
      } finally {
        raw.pragma('synchronous = NORMAL')
      }
    },
    onCommit: (listener) => {
      listeners.push(listener)
    },
    close: () => {
      guard(() => raw.close())
    },
  }
}
