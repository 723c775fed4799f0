// Entry of a learning thread: its own connection to the library, one call after the other.
import { parentPort, workerData } from 'node:worker_threads'
import { AppError, toWireError } from '../../contract/errors.ts'
import { learningCalls } from '../heads/calls.ts'
import { createContext, type EmbeddedLibrary, type LearningContext } from '../heads/context.ts'
import type { Report } from '../learning/report.ts'
import { openStore } from '../store/db.ts'
import type { FromThread, ThreadOptions, ToThread } from './protocol.ts'

/** Progress is told at most this often. */
const progressIntervalMs = 100

const { libraryFile, sqliteBinding } = workerData as ThreadOptions
const store = openStore({ file: libraryFile, nativeBinding: sqliteBinding })
let library: EmbeddedLibrary | null = null

const post = (message: FromThread): void => {
  parentPort?.postMessage(message)
}

function createReport(id: number, cancelled: Int32Array): Report {
  let toldAtMs = -Infinity
  return (step, share) => {
    if (Atomics.load(cancelled, 0) !== 0) throw new AppError('cancelled', 'It was cancelled.')
    const nowMs = performance.now()
    if (nowMs - toldAtMs < progressIntervalMs) return
    toldAtMs = nowMs
    post({ type: 'progress', id, step, share })
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
