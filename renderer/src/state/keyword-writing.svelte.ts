// Keywords written at once, with the choices made last in the dialog: how far it is, and what came of it.
import type { PhotoId } from '../../../electron/contract/domain.ts'
import type { KeywordProgress, KeywordReport, KeywordTarget } from '../../../electron/contract/keywords.ts'
import { formatCount, sentence, t } from '../i18n/i18n.svelte.ts'
import type { AppState } from './app.svelte.ts'
import { perApp } from './per-app.svelte.ts'

export class KeywordWriting {
  readonly #app: AppState
  /** Of the write that runs; null: none does, or its first files are at work. */
  progress = $state.raw<KeywordProgress | null>(null)
  #taskId: string | null = null
  #last: Promise<void> = Promise.resolve()

  constructor(app: AppState) {
    this.#app = app
    app.subscribe('keywords.progress', (progress) => {
      if (progress.taskId === this.#taskId) this.progress = progress
    })
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
    const taskId = crypto.randomUUID()
    this.#taskId = taskId
    const report = await app.attempt(() =>
      app.api.keywords.write({ folders: [], photoIds: [...photoIds], target, autoAbove, taskId }),
    )
    this.#taskId = null
    this.progress = null
    if (report !== null) this.#announce(report, target, photoIds)
  }

  #announce(report: KeywordReport, target: KeywordTarget, photoIds: readonly PhotoId[]): void {
    const { toasts, navigation } = this.#app
    const { written, failed, isCancelled, failures } = report
    if (written > 0) this.#app.announceStep(() => writtenText(report, target))
    else if (isCancelled)
      toasts.done(() => t('keywords.stopped', { written: '0', failed: formatCount(failed) }))
    else if (failed === 0) toasts.done(() => t('keywords.nothingDue'))
    const [first] = failures
    if (first === undefined) return
    const file = first.path.slice(first.path.lastIndexOf('/') + 1)
    toasts.problem(
      () =>
        t('keywords.failed', {
          count: failed,
          shown: formatCount(failed),
          file,
          why: sentence(first.reason),
        }),
      {
        label: () => t('keywords.details'),
        run: () => {
          navigation.openDialog('write-keywords', { filter: {}, photoIds })
        },
      },
    )
  }
}

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
