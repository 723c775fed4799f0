// Answers the calls about keywords in files; a running write is identified by its task, for progress and cancelling.
import type { CoreContract } from '../../contract/core.ts'
import type {
  KeywordPlan,
  KeywordReport,
  KeywordWriteRequest,
  KeywordWriting,
} from '../../contract/keywords.ts'
import { createMutex } from '../../common/mutex.ts'
import { AppError } from '../../contract/errors.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { msg } from '../../texts/message.ts'
import type { EventHub } from '../events.ts'
import type { Log } from '../log.ts'
import { explainWriteError } from '../files/file-errors.ts'
import type { Store } from '../store/db.ts'
import type { WrittenKeywords } from '../store/history/keyword-steps.ts'
import { createCancellableTasks } from '../tasks/cancellable-tasks.ts'
import { mapInFlight } from '../tasks/map-in-flight.ts'
import { createStageReporter } from '../tasks/stage-progress.ts'
import { AutomaticWriting } from './automatic.ts'
import { createKeywordTool, type KeywordTool } from './exiftool.ts'
import { findKeywords, rangesOf, useKeywords } from './find-keywords.ts'
import { isDue, planFiles, readMeant } from './plan-files.ts'
import { fileStates, readAgain, readWordsAgain, writeAllKeywords } from './write-all.ts'
import { replayKeywords } from './write-file.ts'

export interface KeywordsService {
  readonly handlers: Handlers<CoreContract>['keywords']
  /** Writes the opposite of these changes, or writes them again; a notice names what fails. */
  readonly replay: (changes: readonly WrittenKeywords[], side: 'undo' | 'redo') => Promise<void>
  /** From now on keywords follow the labels, where the user wants that. */
  start(): void
  /** Ends running writes and waits for their end. */
  close(): Promise<void>
}

const stopped = msg('The library is being closed.')

export interface KeywordsOptions {
  readonly store: Store
  readonly events: EventHub
  readonly log: Log
  /** Called before many labels are saved. */
  readonly backUp: () => Promise<void>
  readonly writing: () => Promise<KeywordWriting>
}

export function createKeywordsService(options: KeywordsOptions): KeywordsService {
  const { store, events, backUp } = options
  const tool = createKeywordTool()
  const mutex = createMutex()
  const automatic = new AutomaticWriting({ ...options, tool, mutex })
  const tasks = createCancellableTasks()
  const cancels = new Map<string, AbortController>()

  /** Runs a write that can be cancelled by its name, and tells of its progress. */
  const run = async (
    taskId: string | null,
    work: (signal: AbortSignal, onProgress: (done: number, total: number) => void) => Promise<KeywordReport>,
  ): Promise<KeywordReport> => {
    if (taskId !== null && cancels.has(taskId))
      throw new AppError('bad-request', msg('A task named {{id}} is running already.', { id: taskId }))
    const abort = new AbortController()
    if (taskId !== null) cancels.set(taskId, abort)
    const report = createStageReporter<'writing'>(({ done, total, etaMs }) => {
      if (taskId !== null) events.emit('keywords.progress', { taskId, done, total, etaMs })
    })
    try {
      return await tasks.run(null, stopped, (closing) =>
        work(AbortSignal.any([abort.signal, closing]), (done, total) => {
          report('writing', done, total)
        }),
      )
    } finally {
      if (taskId !== null) cancels.delete(taskId)
    }
  }

  return {
    handlers: {
      list: (scope) => findKeywords(store, scope),
      use: (request) => useKeywords(store, request, backUp),
      async decideShared({ folders, isUsed }) {
        const ranges = rangesOf(store, { folders, photoIds: null })
        const files = await store.history.withWriteLock(() =>
          ranges.reduce((sum, range) => sum + store.metadata.decideShared(range, isUsed), 0),
        )
        return { files }
      },
      plan: ({ limit, ...request }) =>
        tasks.run(null, stopped, (signal) => planWrite(store, request, { limit, tool, signal })),
      write: async ({ taskId, ...request }) => {
        await assertTool(tool, request)
        return run(taskId, (signal, onProgress) =>
          mutex.run(() => writeAllKeywords(store, request, { tool, signal, onProgress })),
        )
      },
      pending: () => automatic.state(),
      writePending: ({ taskId }) =>
        run(taskId, (signal, onProgress) => automatic.writeNow(signal, onProgress)),
      cancel: ({ taskId }) => {
        cancels.get(taskId)?.abort()
        return {}
      },
    },
    start: () => {
      automatic.start()
    },
    async replay(changes, side) {
      const failed: string[] = []
      const paths = changes.map(({ path }) => path)
      await automatic.whileIdle(async () => {
        const states = fileStates(store, paths)
        await mapInFlight(changes, async (change) => {
          await replayKeywords(change, side, tool, states).catch((error: unknown) => {
            explainWriteError(error)
            failed.push(change.path)
          })
        })
        await readAgain(store, paths)
        await readWordsAgain(store, paths)
      })
      const [first] = failed
      if (first === undefined) return
      events.emit('notice', {
        message: msg('{{count}} files could not be written, for example {{file}}; they are as they were.', {
          count: failed.length,
          file: first,
        }),
      })
    },
    async close() {
      for (const abort of cancels.values()) abort.abort()
      await Promise.all([tasks.close(), automatic.close()])
      await tool.close()
    },
  }
}

/** Where every file needs it, the write fails before it begins. */
async function assertTool(tool: KeywordTool, { target }: KeywordWriteRequest): Promise<void> {
  const obstacle = target === 'file' ? await tool.obstacle() : null
  if (obstacle !== null) throw new AppError('bad-request', obstacle)
}

async function planWrite(
  store: Store,
  request: KeywordWriteRequest,
  {
    limit,
    tool,
    signal,
  }: { readonly limit: number; readonly tool: KeywordTool; readonly signal: AbortSignal },
): Promise<KeywordPlan> {
  await readMeant(store, request, signal)
  const counts = { 'new-sidecar': 0, sidecar: 0, file: 0 }
  const plan = { files: 0, unchanged: 0, insteadOfFile: 0 }
  const examples: KeywordPlan['examples'] = []
  for await (const page of planFiles(store, request, signal))
    for (const planned of page) {
      const { path, target, kind, isInsteadOfFile, added, removed, rating } = planned
      plan.files++
      if (!isDue(planned)) {
        plan.unchanged++
        continue
      }
      counts[kind]++
      if (isInsteadOfFile) plan.insteadOfFile++
      if (examples.length < limit)
        examples.push({ path, target, kind, added: [...added], removed: [...removed], rating })
    }
  const needsTool = counts.sidecar > 0 || counts.file > 0
  return { ...plan, counts, examples, obstacle: needsTool ? await tool.obstacle() : null }
}
