// Photos that look alike, in groups that are labelled in one step: clusters of the library, or near-duplicates.
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { LearningProgress, PhotoGroup } from '../../../../electron/contract/learning.ts'
import { ApiError } from '../../api.ts'
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'

export type GroupKind = 'alike' | 'duplicates'

export class Groups {
  readonly #app: AppState
  kind = $state<GroupKind>('alike')
  minCosine = $state(0.95)
  isUnlabelledOnly = $state(true)
  groups = $state.raw<readonly PhotoGroup[] | null>(null)
  /** Photos that the person took out of their groups. */
  readonly leftOut = new SvelteSet<PhotoId>()
  /** Groups that were labelled, with the label and the step of the history that did it. */
  readonly #labelled = new SvelteMap<PhotoGroup, { readonly name: string; readonly atMs: number }>()
  isBusy = $state(false)
  progress = $state.raw<LearningProgress | null>(null)
  #taskId: string | null = null

  constructor(app: AppState) {
    this.#app = app
  }

  /** Until the returned function is called, which also stops what is under way: nobody waits for it any more. */
  listen(): () => void {
    const stop = this.#app.subscribe('learning.progress', (progress) => {
      if (progress.taskId === this.#taskId) this.progress = progress
    })
    return () => {
      stop()
      if (this.isBusy) this.cancel()
    }
  }

  async find(): Promise<void> {
    // Enter in a field asks again, also where there is no button for it.
    if (this.isBusy) return
    const taskId = crypto.randomUUID()
    this.#taskId = taskId
    this.isBusy = true
    this.progress = null
    try {
      this.groups =
        this.kind === 'alike'
          ? await this.#app.api.review.groups({ isUnlabelledOnly: this.isUnlabelledOnly, taskId })
          : await this.#duplicates(taskId)
      this.#labelled.clear()
      this.leftOut.clear()
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'cancelled')) this.#app.toasts.error(error)
    }
    this.isBusy = false
  }

  cancel = (): void => {
    const taskId = this.#taskId
    if (taskId !== null) void this.#app.attempt(() => this.#app.api.learning.cancel({ taskId }))
  }

  /** Confirms the label on every photo of the group that was not taken out. */
  async confirm(group: PhotoGroup, name: string): Promise<void> {
    const photoIds = group.photos
      .map(({ photoId }) => photoId)
      .filter((photoId) => !this.leftOut.has(photoId))
    if (photoIds.length === 0 || name.trim() === '') return
    const isOnly = this.#app.settings.labelMode === 'single'
    const { api } = this.#app
    const history = await this.#app.edit(async () => {
      await api.labels.confirm({ photoIds, name, isOnly })
      return api.history.state({})
    })
    if (history === null) return
    // A new step: what was taken back before it cannot be made again.
    for (const [other] of this.#labelled) if (this.labelOf(other) === null) this.#labelled.delete(other)
    this.#app.history = history
    this.#labelled.set(group, { name, atMs: history.undo?.atMs ?? 0 })
    this.#app.toasts.done(
      t('learn.groups.labelled', { count: photoIds.length, shown: formatCount(photoIds.length), name }),
      { label: t('common.undo'), run: () => void this.#app.undo() },
    )
  }

  /** The label that was given here; null where there is none, or where it was taken back. */
  labelOf(group: PhotoGroup): string | null {
    const given = this.#labelled.get(group)
    // Steps are taken back from the newest on.
    return given !== undefined && given.atMs <= (this.#app.history.undo?.atMs ?? -1) ? given.name : null
  }

  toggle(photoId: PhotoId): void {
    if (!this.leftOut.delete(photoId)) this.leftOut.add(photoId)
  }

  async #duplicates(taskId: string): Promise<PhotoGroup[]> {
    const found = await this.#app.api.review.duplicates({ minCosine: this.minCosine, taskId })
    return found.map((photos) => ({
      photos: photos.map((photo) => ({ ...photo, cosine: 1 })),
      label: null,
      labelShare: 0,
    }))
  }
}
