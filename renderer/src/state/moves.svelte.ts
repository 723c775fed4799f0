// Photos that are about to be moved to another folder: what is asked, how far it is, and what stayed.
import type { FileId } from '../../../electron/contract/domain.ts'
import type { MoveProgress, MoveReport, MoveTarget, OnTaken } from '../../../electron/contract/moves.ts'
import { formatCount, t } from '../i18n/i18n.svelte.ts'
import type { AppState } from './app.svelte.ts'
import { folderName } from './describe-step.ts'
import { perApp } from './per-app.svelte.ts'

/** Photos that the user wants to move. */
export interface AskedMove {
  readonly fileIds: readonly FileId[]
  /** Where to; null: the user chooses. */
  readonly folder: string | null
  readonly photos: number
  /** Those that are there already. */
  readonly there: number
}

export class Moves {
  readonly #app: AppState
  /** What the user is asked now; null: nothing. */
  asked = $state.raw<AskedMove | null>(null)
  /** Of the move that runs; null: none does. */
  progress = $state.raw<MoveProgress | null>(null)
  /** What stayed where it was, until it is read. */
  report = $state.raw<MoveReport | null>(null)

  constructor(app: AppState) {
    this.#app = app
    app.subscribe('moves.progress', (progress) => {
      if (progress.taskId !== null) {
        if (progress.taskId === this.progress?.taskId) this.progress = progress
      } else if ((this.progress?.taskId ?? null) === null)
        this.progress = progress.done < progress.total ? progress : null
    })
  }

  /** Asks where to. */
  choose(fileIds: readonly FileId[]): void {
    if (fileIds.length > 0) this.asked = { fileIds, folder: null, photos: fileIds.length, there: 0 }
  }

  /** Asks whether these are to be moved there, unless all of them are. */
  async ask(fileIds: readonly FileId[], folder: string): Promise<void> {
    const plan = await this.#app.attempt(() => this.#app.api.moves.plan({ fileIds: [...fileIds], folder }))
    if (plan === null) return
    if (plan.photos > 0) this.asked = { fileIds, folder, photos: plan.photos, there: plan.there }
    else this.#app.toasts.done(() => t('library.move.allThere', { name: folderName(folder) }))
  }

  async run(target: MoveTarget, onTaken: OnTaken = 'skip'): Promise<void> {
    const taskId = crypto.randomUUID()
    this.asked = null
    this.report = null
    this.progress = { taskId, done: 0, total: target.fileIds.length, etaMs: null }
    const report = await this.#app.attempt(() => this.#app.api.moves.run({ ...target, onTaken, taskId }))
    this.progress = null
    if (report === null) return
    this.#announce(report)
    if (report.problems.length > 0) this.report = report
  }

  cancel(): void {
    const taskId = this.progress?.taskId ?? null
    if (taskId !== null) void this.#app.attempt(() => this.#app.api.moves.cancel({ taskId }))
  }

  /** Those that stayed as their names are taken, once more with numbers. */
  async runNumbered({ folder, problems }: MoveReport): Promise<void> {
    const fileIds = problems.flatMap(({ fileId, isTaken }) => (isTaken && fileId !== null ? fileId : []))
    await this.run({ fileIds, folder, newFolder: null }, 'number')
  }

  #announce({ moved, left, folder, isCancelled }: MoveReport): void {
    const text = () => {
      const values = { count: moved, shown: formatCount(moved), name: folderName(folder) }
      return isCancelled
        ? t('library.move.stopped', { ...values, left: formatCount(left) })
        : t('library.move.done', values)
    }
    if (moved > 0) this.#app.announceStep(text)
    else if (isCancelled) this.#app.toasts.done(text)
  }
}

export const movesOf = perApp((app) => new Moves(app))
