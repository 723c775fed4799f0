// Entry of a learning thread: its own connection to the library, one call after the other.
import { parentPort, workerData } from 'node:worker_threads'
import { createThrottle } from '../../common/throttle.ts'
import { AppError, toWireError } from '../../contract/errors.ts'
import { msg } from '../../texts/message.ts'
import { learningCalls } from './tasks/index.ts'
import { createContext, type LearningContext } from './context.ts'
import type { Report } from './algorithms/report.ts'
import { openStore } from '../store/db.ts'
import type { FromThread, ThreadOptions, ToThread } from './protocol.ts'

const { libraryFile, isReadonly, sqliteBinding } = workerData as ThreadOptions
/** Only this thread waits for another program that writes, so it may wait longer. */
const busyTimeoutMs = 30_000
const store = openStore({
  ...{ file: libraryFile, nativeBinding: sqliteBinding, busyTimeoutMs, isOpenHere: true, isReadonly },
  // The core learns from the file itself that something changed.
  isNotingChanges: false,
})

const post = (message: FromThread): void => {
  parentPort?.postMessage(message)
}

function createReport(id: number, cancelled: Int32Array): Report {
  const throttle = createThrottle()
  return (step, share) => {
    if (Atomics.load(cancelled, 0) !== 0)
      throw new AppError('cancelled', msg('It was stopped; the library is as it was.'))
    if (throttle.tryEmit()) post({ type: 'progress', id, step, share })
  }
}

function answer(message: Extract<ToThread, { type: 'call' }>): void {
  const { id, name, input, cancelled } = message
  try {
    const report = createReport(id, cancelled)
    report('reading the library', 0)
    const call = learningCalls[name] as (context: LearningContext, input: unknown) => unknown
    const output = call(createContext(store, report), input)
    post({ type: 'done', id, output })
  } catch (error) {
    post({ type: 'failed', id, error: toWireError(error) })
  }
}

parentPort?.on('message', (message: ToThread) => {
  if (message.type === 'call') answer(message)
  else {
    store.close()
    // Without a listener the thread has nothing to stay for.
    parentPort?.close()
  }
})
