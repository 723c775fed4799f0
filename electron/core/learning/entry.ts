// Entry of a learning thread: its own connection to the library, one call after the other.
import { parentPort, workerData } from 'node:worker_threads'
import { createThrottle } from '../../common/throttle.ts'
import { AppError, toWireError } from '../../contract/errors.ts'
import { msg } from '../../texts/message.ts'
import { learningCalls } from './tasks/index.ts'
import { createContext, type EmbeddedLibrary, type LearningContext } from './context.ts'
import type { Report } from './algorithms/report.ts'
import { openStore } from '../store/db.ts'
import type { FromThread, ThreadOptions, ToThread } from './protocol.ts'

const { libraryFile, isReadonly, sqliteBinding } = workerData as ThreadOptions
/** Only this thread waits for another program that writes, so it may wait longer. */
const busyTimeoutMs = 30_000
const store = openStore({
  ...{ file: libraryFile, nativeBinding: sqliteBinding, busyTimeoutMs, isOpenHere: true, isReadonly },
})
let library: EmbeddedLibrary | null = null

const post = (message: FromThread): void => {
  parentPort?.postMessage(message)
}

function createReport(id: number, cancelled: Int32Array): Report {
  const throttle = createThrottle()
  return (step, share) => {
    if (Atomics.load(cancelled, 0) !== 0) throw new AppError('cancelled', msg('It was cancelled.'))
    if (throttle.tryEmit()) post({ type: 'progress', id, step, share })
  }
}

const cache = {
  get: () => library,
  put: (loaded: EmbeddedLibrary) => {
    library = loaded
    post({ type: 'loaded', library })
  },
}

function answer(message: Extract<ToThread, { type: 'call' }>): void {
  const { id, name, input, cancelled } = message
  // The same embeddings arrive with every call as new objects; what was computed from the old ones is kept.
  if (message.library !== null && !isSame(message.library, library)) ({ library } = message)
  try {
    const report = createReport(id, cancelled)
    report('reading the library', 0)
    const call = learningCalls[name] as (context: LearningContext, input: unknown) => unknown
    const output = call(createContext(store, cache, report), input)
    // The core learns from the file itself that something changed; what this connection wrote down about it is in the way.
    store.changes.take()
    post({ type: 'done', id, output })
  } catch (error) {
    post({ type: 'failed', id, error: toWireError(error) })
  }
}

const isSame = (a: EmbeddedLibrary, b: EmbeddedLibrary | null) =>
  b !== null && a.variantId === b.variantId && a.signature === b.signature

parentPort?.on('message', (message: ToThread) => {
  if (message.type === 'call') answer(message)
  else {
    store.close()
    // Without a listener the thread has nothing to stay for.
    parentPort?.close()
  }
})
