// Answers the calls about backups, and makes them: once a day, and before an import of many labels.
import { createMutex } from '../../common/mutex.ts'
import type { Backup, BackupReason, BackupSettings } from '../../contract/backups.ts'
import type { CoreContract } from '../../contract/core.ts'
import { AppError } from '../../contract/errors.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { messageOf, msg } from '../../texts/message.ts'
import type { EventHub } from '../events.ts'
import { checkInThread, copyInThread, type RunningTask } from '../store/backups/thread.ts'
import type { Store } from '../store/db.ts'
import { listBackups } from '../store/sqlite/backup-files.ts'

const dayMs = 24 * 60 * 60_000
/** After the start, so that the user's first look at the library does not wait for it. */
const firstCheckMs = 30_000
const nextChecksMs = 60 * 60_000

export interface BackupsOptions {
  readonly store: Pick<Store, 'file' | 'folders' | 'isReadonly' | 'isUnchecked' | 'noteCheck'>
  readonly events: EventHub
  readonly settings: () => Promise<BackupSettings>
  readonly sqliteBinding: string | undefined
  /** Puts a backup in the place of the open library, which only the host can do; returns the file that keeps the old one. */
  readonly restore: ((backup: string) => Promise<string | null>) | undefined
}

export interface Backups {
  readonly handlers: Handlers<CoreContract>['backups']
  /** Makes a backup unless they are switched off. The user is told of a failure, which does not stop their work. */
  backUpBefore(reason: 'import' | 'merge'): Promise<void>
  /** Makes the backup of the day if it is due; tells the user of a failure. Returns it, or null. */
  backUpIfDue(nowMs: number): Promise<Backup | null>
  /** Checks a library that was opened without; tells the user of damage, and that nothing is saved any more. */
  checkLater(): Promise<void>
  /** Makes the backup of each day until `close`. */
  startDaily(): void
  /** Stops what is in work; a backup that is not finished does not become one. */
  close(): Promise<void>
}

export function createBackups(options: BackupsOptions): Backups {
  const { store, events, sqliteBinding } = options
  const { file: libraryFile } = store
  /** One copy or check at a time. */
  const mutex = createMutex()
  const running = new Set<RunningTask<unknown>>()
  const timers = new Set<NodeJS.Timeout>()
  let isClosed = false

  const run = async <T>(begin: () => RunningTask<T>): Promise<T> =>
    mutex.run(async () => {
      if (isClosed) throw new AppError('cancelled', msg('The library is being closed.'))
      const task = begin()
      running.add(task)
      try {
        return await task.result
      } finally {
        running.delete(task)
      }
    })
  const list = async () => listBackups(libraryFile, (await options.settings()).folder)
  const create = async (reason: BackupReason): Promise<Backup> => {
    const { folder, kept } = await options.settings()
    const request = { libraryFile, nativeBinding: sqliteBinding, isOpenHere: true } as const
    const wanted = { ...request, folder, kept, reason, version: null }
    const backup = await run(() => copyInThread(wanted))
    if (backup === null) throw new Error('a library of any version was not copied')
    return backup
  }
  const tryCreate = async (reason: BackupReason): Promise<Backup | null> => {
    try {
      return await create(reason)
    } catch (error) {
      if (!isClosed) events.emit('notice', { message: messageOf(error) })
      return null
    }
  }
  /** No other file is read or restored for the page. */
  const assertListed = async (file: string): Promise<void> => {
    if ((await list()).some((backup) => backup.file === file)) return
    throw new AppError(
      'not-found',
      msg('{{file}} is no backup of this library. List the backups again.', { file }),
    )
  }
  const backUpIfDue = async (nowMs: number): Promise<Backup | null> => {
    const { isOn } = await options.settings()
    // There is nothing to lose yet, or nothing changes.
    if (!isOn || store.isReadonly || store.folders.list().length === 0) return null
    const last = (await list()).find(({ reason }) => reason === 'daily')
    // A clock that was wrong must not put off the next one.
    if (last !== undefined && last.atMs <= nowMs && nowMs - last.atMs < dayMs) return null
    return tryCreate('daily')
  }

  return {
    handlers: {
      list,
      create: () => create('user'),
      async check({ file }) {
        if (file !== null) await assertListed(file)
        return run(() =>
          checkInThread({
            file: file ?? libraryFile,
            nativeBinding: sqliteBinding,
            isOpenHere: file === null,
          }),
        )
      },
      async restore({ file }) {
        await assertListed(file)
        if (options.restore === undefined) throw new Error('this host restores no backups')
        return { replaced: await options.restore(file) }
      },
    },
    async backUpBefore(reason) {
      if ((await options.settings()).isOn) await tryCreate(reason)
    },
    backUpIfDue,
    async checkLater() {
      if (!store.isUnchecked) return
      try {
        const request = { file: libraryFile, nativeBinding: sqliteBinding, isOpenHere: true }
        const { damage } = await run(() => checkInThread(request))
        const failure = store.noteCheck(damage)
        if (failure !== null) events.emit('notice', { message: messageOf(failure) })
      } catch (error) {
        // It is unchecked still, and so the next time.
        if (!isClosed) events.emit('notice', { message: messageOf(error) })
      }
    },
    startDaily() {
      const check = () => {
        backUpIfDue(Date.now()).catch((error: unknown) => {
          if (!isClosed) events.emit('notice', { message: messageOf(error) })
        })
      }
      timers.add(setTimeout(check, firstCheckMs).unref())
      timers.add(setInterval(check, nextChecksMs).unref())
    },
    async close() {
      isClosed = true
      for (const timer of timers) clearInterval(timer)
      for (const task of running) task.stop()
      // Whatever waited ends too.
      await mutex.run(() => undefined)
    },
  }
}
