// Answers the calls that move photos' files; one move at a time, after what a crash left was settled.
import { createThrottle } from '../../common/throttle.ts'
import { createMutex } from '../../common/mutex.ts'
import type { CoreContract } from '../../contract/core.ts'
import { AppError } from '../../contract/errors.ts'
import type { MovePlan, MoveReport, MoveTarget, OnTaken } from '../../contract/moves.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { msg } from '../../texts/message.ts'
import type { EventHub } from '../events.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/db.ts'
import type { MoveStep } from '../store/history/move-steps.ts'
import { createCancellableTasks } from '../tasks/cancellable-tasks.ts'
import { createProgressMeter } from '../tasks/progress-meter.ts'
import { fileCalls } from './file-calls.ts'
import { moveAll } from './move-all.ts'
import { recoverMoves } from './recover.ts'
import { replayMoves } from './replay.ts'
import { findShots } from './shots.ts'
import { targetFolder } from './target-folder.ts'

export interface MovesService {
  readonly handlers: Handlers<CoreContract>['moves']
  /** Moves the files of a step back, or once more; returns how many photos. Fails where none could be moved. */
  readonly replay: (step: MoveStep, side: 'undo' | 'redo') => Promise<number>
  /** Ends a running move after its photo, and waits for its end. */
  close(): Promise<void>
}

const stopped = msg('The library is being closed.')

interface Options {
  readonly store: Store
  readonly events: EventHub
  readonly log: Log
}

type RunRequest = MoveTarget & { readonly onTaken: OnTaken; readonly taskId: string | null }

export function createMovesService({ store, events, log }: Options): MovesService {
  const mutex = createMutex()
  const tasks = createCancellableTasks()
  const cancels = new Map<string, AbortController>()
  const settled = store.isReadonly
    ? Promise.resolve()
    : mutex
        .run(() => recoverMoves(store, fileCalls, log))
        .catch((error: unknown) => {
          log('error', `Moves could not be settled: ${String(error)}`)
        })

  const reporter = (taskId: string | null) => {
    const [throttle, meter] = [createThrottle(), createProgressMeter()]
    return (done: { photos: number; bytes: number }, total: { photos: number; bytes: number }) => {
      if (!throttle.tryEmit(done.photos === total.photos)) return
      // By bytes, since films among the photos take longer.
      const { etaMs } = meter.update(done.bytes, done.bytes, total.bytes)
      events.emit('moves.progress', { taskId, done: done.photos, total: total.photos, etaMs })
    }
  }

  const move = async (request: RunRequest, signal: AbortSignal): Promise<MoveReport> => {
    // Before any file is touched: a library that cannot be written says so.
    await store.whenFree(() => {
      store.moves.forgetOld()
    })
    const begun = { batch: '', folder: '' }
    try {
      return await mutex.run(() =>
        moveAll(
          store,
          request,
          { calls: fileCalls, signal, onProgress: reporter(request.taskId) },
          (batch, folder) => Object.assign(begun, { batch, folder }),
        ),
      )
    } finally {
      // After the mutex: an undo holds this lock while it waits for the mutex.
      if (begun.batch !== '') await noteStep(store, begun.batch, begun.folder)
    }
  }

  const run = async (request: RunRequest): Promise<MoveReport> => {
    const { taskId } = request
    if (taskId !== null && cancels.has(taskId))
      throw new AppError('bad-request', msg('A task named {{id}} is running already.', { id: taskId }))
    const abort = new AbortController()
    if (taskId !== null) cancels.set(taskId, abort)
    try {
      return await tasks.run(null, stopped, (closing) =>
        move(request, AbortSignal.any([abort.signal, closing])),
      )
    } finally {
      if (taskId !== null) cancels.delete(taskId)
    }
  }

  return {
    handlers: {
      plan: (request) => plan(store, request),
      run,
      cancel: ({ taskId }) => {
        cancels.get(taskId)?.abort()
        return {}
      },
    },
    replay(step, side) {
      const report = reporter(null)
      const onProgress = (done: number, total: number) => {
        report({ photos: done, bytes: done }, { photos: total, bytes: total })
      }
      return mutex.run(() => replay({ store, events, onProgress }, step, side))
    },
    async close() {
      for (const abort of cancels.values()) abort.abort()
      await tasks.close()
      await settled
    },
  }
}

async function plan(store: Store, request: MoveTarget): Promise<MovePlan> {
  const folder = targetFolder(store, request)
  const { shots } = await findShots(store, request.fileIds)
  const mains = shots.flatMap((shot) => shot.mains)
  const there = mains.filter(
    (main) => main.slice(0, main.lastIndexOf('/')) === folder.replace(/\/$/, ''),
  ).length
  return { photos: mains.length - there, there, folder }
}

/** Does nothing where nothing was moved. */
const noteStep = (store: Store, batch: string, folder: string): Promise<void> =>
  store.history.withWriteLock(() => {
    store.history.noteMoves(batch, folder)
    store.moves.forgetWords()
  })

async function replay(
  {
    store,
    events,
    onProgress,
  }: Pick<Options, 'store' | 'events'> & { readonly onProgress: (done: number, total: number) => void },
  step: MoveStep,
  side: 'undo' | 'redo',
): Promise<number> {
  const { moved, refused } = await replayMoves(store, step, side, fileCalls, onProgress)
  await store.whenFree(() => {
    store.moves.forgetWords()
  })
  const [first] = refused
  if (first === undefined) return moved
  const values = { count: refused.length, file: first.path, why: first.reason }
  if (moved === 0)
    throw new AppError(
      'bad-request',
      msg(
        'Nothing was moved. Photos that stay where they are: {{count}}, for example {{file}}. {{why}}',
        values,
      ),
    )
  events.emit('notice', {
    message: msg('Photos that stay where they are: {{count}}, for example {{file}}. {{why}}', values),
  })
  return moved
}
