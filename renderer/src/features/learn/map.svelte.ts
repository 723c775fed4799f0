// The map of the library: its points, what part is shown, and the photos inside the lasso.
import { unpackPoints } from '../../../../electron/common/map-points.ts'
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { LibraryMap } from '../../../../electron/contract/review.ts'
import { messageOf, type Message } from '../../../../electron/texts/message.ts'
import { t } from '../../i18n/i18n.svelte.ts'
import { isCancelled } from '../../transport/api.ts'
import { LabelActions } from '../../labels/label-actions.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { FollowedTask } from '../../state/followed-task.svelte.ts'
import { SeenPhotos } from './seen-photos.svelte.ts'
import { countLabels, likelyLabelOf, rankLabels, relabel, type MapPoint } from './map-labels.ts'
import { isInside, toCanvas, type Point, type Viewport } from './map-geometry.ts'

export class PhotoMap {
  readonly #app: AppState
  points = $state.raw<readonly MapPoint[]>([])
  /** How many points the method itself placed; the others lie among those most like them. */
  fitted = $state(0)
  method = $state<LibraryMap['method']>('pca')
  selected = $state.raw<readonly PhotoId[]>([])
  readonly task: FollowedTask
  problem = $state.raw<Message | null>(null)
  #isOpen = true
  /** Of the points that show. */
  #shown: LibraryMap['method'] = 'pca'

  /** Labels by number of photos, so that the most frequent have the clearest colours. */
  readonly labels = $derived(countLabels(this.points))
  readonly ranks = $derived(rankLabels(this.labels))
  readonly seen = new SeenPhotos()
  /** Selected photos that were never on the screen. */
  readonly unseen = $derived(
    this.selected.filter((photoId) => !this.seen.has(photoId) && !this.seen.isBroken(photoId)).length,
  )
  /** Those that could not be opened, and are left out. */
  readonly broken = $derived(this.selected.filter((photoId) => this.seen.isBroken(photoId)).length)
  /** The label of most selected photos; empty where there is none. */
  readonly likely = $derived(likelyLabelOf(this.points, this.selected))

  constructor(app: AppState) {
    this.#app = app
    this.task = new FollowedTask(app)
  }

  /** Until the returned function is called, which also stops what is under way: its result is no longer wanted. */
  listen(): () => void {
    void this.load()
    const stop = this.task.listen()
    // The points are outdated; keys need not wait for the new ones.
    const stopMoves = this.#app.edits.onHistoryNavigated(() => {
      void this.load()
      return Promise.resolve()
    })
    // What was missing may be there now.
    const stopJobs = this.#app.subscribe('job.changed', ({ state }) => {
      if (state === 'done' && this.problem !== null) void this.load()
    })
    return () => {
      stop()
      stopJobs()
      stopMoves()
      this.#isOpen = false
      this.task.cancel()
    }
  }

  async load(): Promise<void> {
    // Nobody would see the one before.
    this.task.cancel()
    const taskId = this.task.begin()
    this.problem = null
    try {
      const { method } = this
      const { points, fitted } = await this.#app.api.review.map({ method, taskId })
      if (this.task.is(taskId)) {
        this.points = unpackPoints(points)
        this.fitted = fitted
        this.#shown = method
      }
    } catch (error) {
      if (!this.task.is(taskId)) return
      if (!isCancelled(error)) this.problem = messageOf(error)
      else if (this.#isOpen) {
        this.#app.toasts.stopped(() => t('learn.map.stopped'))
        // The map of before stays, and its name with it.
        if (this.points.length > 0) this.method = this.#shown
      }
    }
    this.task.end(taskId)
  }

  /** Selects the photos whose points lie inside the polygon of canvas pixels. */
  lasso(polygon: readonly Point[], viewport: Viewport): void {
    this.selected = this.points
      .filter((point) => isInside(toCanvas(point, viewport), polygon))
      .map(({ photoId }) => photoId)
  }

  selectLabel(name: string): void {
    this.selected = this.points.filter(({ label }) => label === name).map(({ photoId }) => photoId)
  }

  /** Adds the label to the selected photos as one step. */
  async confirm(name: string): Promise<void> {
    const photoIds = this.selected.filter((photoId) => !this.seen.isBroken(photoId))
    if (this.unseen > 0) return
    const isSaved = await new LabelActions(this.#app).confirm(photoIds, name, { leftOut: this.broken })
    if (isSaved) this.points = relabel(this.points, photoIds, name)
  }
}
