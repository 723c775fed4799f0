// The map of the library: its points, what part is shown, and the photos inside the lasso.
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { LearningProgress, LibraryMap } from '../../../../electron/contract/learning.ts'
import { ApiError, messageOf } from '../../api.ts'
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { countLabels, rankLabels, relabel } from './map-labels.ts'
import { isInside, toCanvas, type Point, type Viewport } from './map-geometry.ts'

export class PhotoMap {
  readonly #app: AppState
  map = $state.raw<LibraryMap | null>(null)
  method = $state<LibraryMap['method']>('pca')
  selected = $state.raw<readonly PhotoId[]>([])
  isBusy = $state(false)
  progress = $state.raw<LearningProgress | null>(null)
  problem = $state<string | null>(null)
  #taskId: string | null = null

  /** Labels by number of photos, so that the most frequent have the clearest colours. */
  readonly labels = $derived(countLabels(this.map?.points ?? []))
  readonly ranks = $derived(rankLabels(this.labels))

  constructor(app: AppState) {
    this.#app = app
  }

  /** Until the returned function is called, which also stops what is under way: nobody waits for it any more. */
  listen(): () => void {
    void this.load()
    const stop = this.#app.subscribe('learning.progress', (progress) => {
      if (progress.taskId === this.#taskId) this.progress = progress
    })
    // The points are of before; nobody has to wait for the new ones.
    const stopMoves = this.#app.edits.onMoved(() => {
      void this.load()
      return Promise.resolve()
    })
    return () => {
      stop()
      stopMoves()
      if (this.isBusy) this.cancel()
    }
  }

  async load(): Promise<void> {
    const taskId = crypto.randomUUID()
    this.#taskId = taskId
    this.isBusy = true
    this.progress = null
    this.problem = null
    try {
      const map = await this.#app.api.review.map({ method: this.method, taskId })
      if (this.#taskId === taskId) this.map = map
    } catch (error) {
      const isOwnWish = error instanceof ApiError && error.code === 'cancelled'
      if (!isOwnWish) this.problem = messageOf(error)
    }
    if (this.#taskId === taskId) this.isBusy = false
  }

  cancel = (): void => {
    const taskId = this.#taskId
    if (taskId !== null) void this.#app.attempt(() => this.#app.api.learning.cancel({ taskId }))
  }

  /** Selects the photos whose points lie inside the polygon of canvas pixels. */
  lasso(polygon: readonly Point[], viewport: Viewport): void {
    const points = this.map?.points ?? []
    this.selected = points
      .filter((point) => isInside(toCanvas(point, viewport), polygon))
      .map(({ photoId }) => photoId)
  }

  selectLabel(name: string): void {
    this.selected = (this.map?.points ?? [])
      .filter(({ label }) => label === name)
      .map(({ photoId }) => photoId)
  }

  /** Confirms the label on the selected photos as one step. */
  async confirm(name: string): Promise<void> {
    const photoIds = [...this.selected]
    const isOnly = this.#app.settings.labelMode === 'single'
    const saved = await this.#app.edit(() => this.#app.api.labels.confirm({ photoIds, name, isOnly }))
    if (saved === null || this.map === null) return
    this.map = { ...this.map, points: relabel(this.map.points, photoIds, name) }
    this.#app.toasts.done(
      t('learn.groups.labelled', { count: photoIds.length, shown: formatCount(photoIds.length), name }),
      { label: t('common.undo'), run: () => void this.#app.undo() },
    )
  }
}
