// Photos that look alike, in groups that are labelled in one step: clusters of the library, or near-duplicates.
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { LearningProgress, PhotoGroup } from '../../../../electron/contract/learning.ts'
import { ApiError } from '../../api.ts'
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { lasting } from '../../state/lasting.svelte.ts'

export type GroupKind = 'alike' | 'duplicates'

/** A label that a group was given, by the step of the history with this time. */
interface Given {
  readonly name: string
  readonly atMs: number
  readonly isUndone: boolean
}

export class Groups {
  readonly #app: AppState
  kind = $state<GroupKind>('alike')
  minCosine = $state(0.95)
  isUnlabelledOnly = $state(true)
  groups = $state.raw<readonly PhotoGroup[] | null>(null)
  /** Photos that the person took out of their groups. */
  readonly leftOut = new SvelteSet<PhotoId>()
  /** What the person typed for a group. */
  readonly #typed = new SvelteMap<PhotoGroup, string>()
  readonly #labelled = new SvelteMap<PhotoGroup, Given>()
  isBusy = $state(false)
  progress = $state.raw<LearningProgress | null>(null)
  #taskId: string | null = null

  constructor(app: AppState) {
    this.#app = app
    app.subscribe('history.changed', ({ undo }) => this.#follow(undo?.atMs ?? -1))
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
      this.#typed.clear()
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
    this.#labelled.set(group, { name, atMs: history.undo?.atMs ?? -1, isUndone: false })
    this.#app.toasts.done(
      t('learn.groups.labelled', { count: photoIds.length, shown: formatCount(photoIds.length), name }),
      { label: t('common.undo'), run: () => void this.#app.undo() },
    )
  }

  /** The label that was given here; null where there is none, or where it was taken back. */
  labelOf(group: PhotoGroup): string | null {
    const given = this.#labelled.get(group)
    return given === undefined || given.isUndone ? null : given.name
  }

  /** What stands in the field of the group. */
  typedFor(group: PhotoGroup): string {
    return this.#typed.get(group) ?? group.label ?? ''
  }

  type(group: PhotoGroup, name: string): void {
    this.#typed.set(group, name)
  }

  toggle(photoId: PhotoId): void {
    if (!this.leftOut.delete(photoId)) this.leftOut.add(photoId)
  }

  /** Steps are taken back from the newest on, and made again from the oldest on until there is a new one. */
  #follow(undoMs: number): void {
    for (const [group, given] of this.#labelled) {
      const { atMs, isUndone } = given
      if (isUndone && atMs < undoMs) this.#labelled.delete(group)
      else this.#labelled.set(group, { ...given, isUndone: atMs > undoMs })
    }
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

const all = new WeakMap<AppState, Groups>()

/** The ones of the app: who looks at a group in the library finds all of them again. */
export function groupsOf(app: AppState): Groups {
  const known = all.get(app)
  if (known !== undefined) return known
  const groups = lasting(() => new Groups(app))
  all.set(app, groups)
  return groups
}
