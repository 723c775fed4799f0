// The one place that talks to better-sqlite3: prepared statements with checked rows, transactions, translated errors.
import Database from 'better-sqlite3'
import type { z } from 'zod'
import { conceptOf } from '../../domain/label-concept.ts'
import { AppError } from '../../../contract/errors.ts'
import type { BackupPlace } from './backup-files.ts'
import { noteClosed } from './closed-stamps.ts'
import { toAppError, type FindMissingPart } from './errors.ts'
import { createWaiting, type Waiting } from './when-free.ts'

export interface DbOptions {
  /** Absolute path of the library file. */
  readonly file: string
  /** Path of the compiled better-sqlite3 addon, for a runtime that its own build does not fit. */
  readonly nativeBinding?: string | undefined
  /** How long to wait for another program's write. */
  readonly busyTimeoutMs?: number | undefined
  /** Where the user wants backups, and how many; without it they are beside the library, and none is removed. */
  readonly backups?: BackupPlace | undefined
  /** Where it is noted how libraries were closed, see `isAsClosed`; without it only an unclean end is noticed. */
  readonly closedListFile?: string | undefined
  /** This process has the library open already, in another thread: it was checked there. */
  readonly isOpenHere?: boolean | undefined
  /** The file is a copy of this library, which cannot be written: it is checked, and then only read. */
  readonly copyOf?: string | undefined
  /** From this size on, of a library that may have been damaged only what the user said is checked at once; see `Db.isUnchecked`. */
  readonly checksLaterFromBytes?: number | undefined
  /** Whether `Store.changes` tells what this connection writes, which takes a third of the time of large writes; by default it does. */
  readonly isNotingChanges?: boolean | undefined
  /** Fails where the file does not exist, and never writes to it. */
  readonly isReadonly?: boolean | undefined
}

export type Value = string | number | Uint8Array | null
/** By the names of the parameters, or in their order. */
export type Values = Readonly<Record<string, Value>> | readonly Value[]

/** A prepared statement that returns rows; every row is parsed by its schema. */
export interface Query<Row> {
  get(values?: Values): Row | null
  all(values?: Values): Row[]
}

/** A connection to one library; every failure of SQLite leaves it as an `AppError`. */
export interface Db {
  readonly file: string
  /** See `DbOptions`: for other connections of this process. */
  readonly nativeBinding: string | undefined
  query<Row>(sql: string, row: z.ZodType<Row>): Query<Row>
  /** Prepares a statement without rows; running it returns the number of rows that it changed. */
  command(sql: string): (values?: Values) => number
  /** Runs statements that are used once, for example a migration. */
  exec(sql: string): void
  pragma(name: string): unknown
  /** All or nothing. The commit survives a crash of the program, and a power cut from the next checkpoint on. */
  transaction<T>(work: () => T): T
  /** All or nothing, and on disk when this returns: annotations must survive a power cut. */
  durably<T>(work: () => T): T
  /**
   * Copies the library as it is now into a file that is empty or a library, in one transaction of that file; the event
   * loop runs in between. Writers of other connections begin it anew, unless this one is inside a transaction.
   */
  copyTo(target: string): Promise<void>
  readonly waiting: Waiting
  /** Whether the file is still to be checked as a whole: then whoever opened it does that and tells `noteCheck`. */
  readonly isUnchecked: boolean
  /** 'later': the file is still to be checked. With damage, writes fail with it from now on. */
  noteCheck(found: 'later' | 'sound' | AppError): void
  /** Tells damage from a mistake in a statement of ours, see `connectLibrary`; without it all is taken for a mistake. */
  onMissingPart(find: FindMissingPart): void
  /** Calls after each commit of this connection, be it of a transaction or of a single command. */
  onCommit(listener: () => void): void
  /** After `isSound: false`, or a damaged page, the next start checks the file. */
  close(end?: { readonly isSound: boolean }): void
}

const defaultBusyTimeoutMs = 5000
/** Some megabytes. */
const pagesCopiedAtOnce = 1000

/** Opens the file as it is; see `connectLibrary`, and `openLibrary` for the checks and the migrations. */
export function connect({
  file,
  nativeBinding,
  busyTimeoutMs = defaultBusyTimeoutMs,
  backups,
  closedListFile,
  copyOf,
  isReadonly = false,
}: DbOptions): Db {
  let isDamaged = false
  let check: 'later' | 'sound' | AppError = 'sound'
  let findMissingPart: FindMissingPart = () => null
  const guard = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error
      const failure = toAppError(error.code, error, { file: copyOf ?? file, backups }, findMissingPart)
      isDamaged ||= failure.code === 'library-corrupt'
      throw failure
    }
  }
  const raw = guard(
    () =>
      new Database(file, {
        timeout: busyTimeoutMs,
        readonly: isReadonly,
        ...(nativeBinding === undefined ? {} : { nativeBinding }),
      }),
  )
  // See [Note: concepts].
  raw.function('concept', { deterministic: true }, (name) => conceptOf(String(name)))
  const listeners: (() => void)[] = []
  const emitCommit = (): void => {
    if (!raw.inTransaction) for (const listener of listeners) listener()
  }
  const assertWritable = (): void => {
    if (check instanceof AppError) throw check
  }
  const transaction = <T>(work: () => T): T => {
    assertWritable()
    const result = guard(() => raw.transaction(work).immediate())
    emitCommit()
    return result
  }

  /** Most programs need few of the hundreds of statements, and preparing all takes half of the time to open a library. */
  const prepareLater = (sql: string) => {
    let statement: Database.Statement | null = null
    return () => (statement ??= raw.prepare(sql))
  }

  const waiting = createWaiting((ms) => {
    if (raw.open) raw.pragma(`busy_timeout = ${ms}`)
  }, busyTimeoutMs)

  return {
    file,
    nativeBinding,
    waiting,
    transaction,
    query: (sql, row) => {
      const statement = prepareLater(sql)
      return {
        get: (values = {}) => {
          const found = guard(() => statement().get(values))
          return found === undefined ? null : row.parse(found)
        },
        all: (values = {}) => guard(() => statement().all(values)).map((found) => row.parse(found)),
      }
    },
    command: (sql) => {
      const statement = prepareLater(sql)
      return (values = {}) => {
        assertWritable()
        const { changes } = guard(() => statement().run(values))
        if (changes > 0) emitCommit()
        return changes
      }
    },
    exec: (sql) => {
      guard(() => raw.exec(sql))
    },
    pragma: (name) => guard(() => raw.pragma(name, { simple: true })),
    durably: (work) => {
      // SQLite ignores a change of `synchronous` inside a transaction, silently.
      if (raw.inTransaction) throw new Error('durably() inside a transaction would not be durable')
      raw.pragma('synchronous = FULL')
      try {
        return transaction(work)
      } finally {
        raw.pragma('synchronous = NORMAL')
      }
    },
    copyTo: async (target) => {
      try {
        await raw.backup(target, { progress: () => pagesCopiedAtOnce })
      } catch (error) {
        throw error instanceof Database.SqliteError ? toAppError(error.code, error, { file: target }) : error
      }
    },
    get isUnchecked() {
      return check === 'later'
    },
    noteCheck: (found) => {
      check = found
    },
    onMissingPart: (find) => {
      findMissingPart = find
    },
    onCommit: (listener) => {
      listeners.push(listener)
    },
    close: ({ isSound } = { isSound: true }) => {
      guard(() => raw.close())
      const isKnownSound = isSound && !isDamaged && check === 'sound'
      if (isKnownSound && closedListFile !== undefined) noteClosed(closedListFile, file)
    },
  }
}
