// Keywords written at once, with the choices made last in the dialog, and those that are written as the user labels: how far it
// is, and what came of it.
import type { PhotoId } from '../../../electron/contract/domain.ts'
import type {
  KeywordFailure,
  KeywordProgress,
  KeywordReport,
  KeywordTarget,
  PendingKeywords,
} from '../../../electron/contract/keywords.ts'
import { formatCount, sentence, t } from '../i18n/i18n.svelte.ts'
import type { AppState } from './app.svelte.ts'
import { perApp } from './per-app.svelte.ts'

export class KeywordWriting {
  readonly #app: AppState
  /** Of the write that runs; null: none does, or its first files are at work. */
  progress = $state.raw<KeywordProgress | null>(null)
  /** Null until it is known. */
  pending = $state.raw<PendingKeywords | null>(null)
  /** Whether the user has read what keeps photos waiting; it is said once, until it is over. */
  #isRead = $state(false)
  #taskId: string | null = null
  #events = 0
  #last: Promise<void> = Promise.resolve()

  constructor(app: AppState) {
    this.#app = app
    app.subscribe('keywords.progress', (progress) => {
      if (progress.taskId === this.#taskId) this.progress = progress
    })
    app.subscribe('keywords.pending', (pending) => {
      this.#events++
      this.#show(pending)
    })
    void this.look()
  }

  /** What keeps photos waiting, in one sentence; null where nothing does, or the user has read it. */
  get problem(): string | null {
    return this.#isRead ? null : problemText(this.pending?.problem ?? null)
  }

  dismissProblem(): void {
    this.#isRead = true
  }

  /** Asks how many photos wait. */
  async look(): Promise<void> {
    const events = this.#events
    const pending = await this.#app.attempt(() => this.#app.api.keywords.pending({}))
    // An event that came meanwhile is newer than the answer.
    if (pending !== null && events === this.#events) this.#show(pending)
  }

  /** Writes what waits now. */
  writePending(): Promise<void> {
    // What fails now is said, though the user has read what failed before.
    this.#isRead = false
    this.#last = this.#last.then(async () => {
      await this.#run((taskId) => this.#app.api.keywords.writePending({ taskId }))
    })
    return this.#last
  }

  #show(pending: PendingKeywords): void {
    this.pending = pending
    if (pending.problem === null) this.#isRead = false
  }

  /** Writes when what the user did before is saved, and what is being written is. */
  write(photoIds: readonly PhotoId[]): Promise<void> {
    if (photoIds.length === 0) return Promise.resolve()
    this.#last = this.#last.then(() => this.#write(photoIds))
    return this.#last
  }

  cancel(): void {
    const taskId = this.#taskId
    if (taskId !== null) void this.#app.attempt(() => this.#app.api.keywords.cancel({ taskId }))
  }

  async #write(photoIds: readonly PhotoId[]): Promise<void> {
    const app = this.#app
    await app.edits.settled()
    const { target, autoAbove } = app.settings.keywordWriting
    const report = await this.#run((taskId) =>
      app.api.keywords.write({ folders: [], photoIds: [...photoIds], target, autoAbove, taskId }),
    )
    if (report !== null) await this.#announce(report, target, photoIds)
  }

  /** Follows the progress of a write, and lets it be cancelled. */
  async #run(write: (taskId: string) => Promise<KeywordReport>): Promise<KeywordReport | null> {
    const taskId = crypto.randomUUID()
    this.#taskId = taskId
    const report = await this.#app.attempt(() => write(taskId))
    this.#taskId = null
    this.progress = null
    return report
  }

  async #announce(report: KeywordReport, target: KeywordTarget, photoIds: readonly PhotoId[]): Promise<void> {
    const { toasts, navigation } = this.#app
    const { written, failed, isCancelled, failures } = report
    if (written > 0) await this.#app.announceLongStep('write-keywords', () => writtenText(report, target))
    else if (isCancelled)
      toasts.done(() => t('keywords.stopped', { written: '0', failed: formatCount(failed) }))
    else if (failed === 0) toasts.done(() => t('keywords.nothingDue'))
    const [first] = failures
    if (first === undefined) return
    toasts.problem(() => t('keywords.failed', describeFailure(first, failed)), {
      label: () => t('keywords.details'),
      run: () => {
        navigation.openDialog('write-keywords', { filter: {}, photoIds })
      },
    })
  }
}

function problemText(problem: PendingKeywords['problem']): string | null {
  if (problem === null) return null
  return t('keywords.problem', describeFailure(problem, problem.photos))
}

const describeFailure = ({ target, reason }: KeywordFailure, count: number) => ({
  ...{ count, shown: formatCount(count) },
  file: target.slice(target.lastIndexOf('/') + 1),
  why: sentence(reason),
})

/** `Keywords of 12 photos written into sidecars, 3 as they were, 1 failed` */
function writtenText(
  { photos, unchanged, failed, isCancelled }: KeywordReport,
  target: KeywordTarget,
): string {
  return [
    t(`keywords.writtenInto.${target}`, { count: photos, shown: formatCount(photos) }),
    ...(unchanged > 0 ? [t('keywords.countUnchanged', { shown: formatCount(unchanged) })] : []),
    ...(failed > 0 ? [t('keywords.countFailed', { shown: formatCount(failed) })] : []),
    ...(isCancelled ? [t('keywords.stoppedEarly')] : []),
  ].join(t('common.comma'))
}

export const keywordWritingOf = perApp((app) => new KeywordWriting(app))
