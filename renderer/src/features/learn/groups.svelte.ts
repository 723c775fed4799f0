// Photos that look alike, in groups that are labelled in one step: clusters of the library, or near-duplicates.
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { PhotoGroup } from '../../../../electron/contract/review.ts'
import { t } from '../../i18n/i18n.svelte.ts'
import { isCancelled } from '../../transport/api.ts'
import { likelyLabel } from './likely-label.ts'
import { SeenPhotos } from './seen-photos.svelte.ts'
import { LabelActions } from '../../labels/label-actions.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { FollowedTask } from '../../state/followed-task.svelte.ts'
import { perApp } from '../../state/per-app.svelte.ts'

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
  readonly seen = new SeenPhotos()
  /** Groups of which every photo is listed. */
  readonly opened = new SvelteSet<PhotoGroup>()
  /** Photos that the user took out of their groups. */
  readonly leftOut = new SvelteSet<PhotoId>()
  /** What the user typed for a group. */
  readonly #typed = new SvelteMap<PhotoGroup, string>()
  readonly #labelled = new SvelteMap<PhotoGroup, Given>()
  readonly search: FollowedTask
  #isOpen = false

  constructor(app: AppState) {
    this.#app = app
    this.search = new FollowedTask(app)
    app.subscribe('history.changed', ({ undo }) => this.#follow(undo?.atMs ?? -1))
  }

  /** Until the returned function is called, which also stops what is under way, since its result is no longer wanted. */
  listen(): () => void {
    this.#isOpen = true
    const stop = this.search.listen()
    return () => {
      stop()
      this.#isOpen = false
      this.search.cancel()
    }
  }

  async find(): Promise<void> {
    // Enter in a field asks again, also where there is no button for it.
    if (this.search.isRunning) return
    const taskId = this.search.begin()
    try {
      this.groups =
        this.kind === 'alike'
          ? await this.#app.api.review.groups({ isUnlabelledOnly: this.isUnlabelledOnly, taskId })
          : await this.#duplicates(taskId)
      this.#labelled.clear()
      this.#typed.clear()
      this.opened.clear()
      this.leftOut.clear()
    } catch (error) {
      if (this.#isOpen || !isCancelled(error)) this.#app.toasts.ended(error, () => t('learn.groups.stopped'))
    }
    this.search.end(taskId)
  }

  /** Where these photos lie. */
  async pathsOf(photoIds: PhotoId[]): Promise<ReadonlyMap<PhotoId, string>> {
    const paths = await this.#app.attempt(() => this.#app.api.photos.paths({ photoIds }))
    return new SvelteMap(photoIds.map((photoId, at) => [photoId, paths?.[at] ?? '']))
  }

  /** The photos of the group that are labelled with it. */
  chosenOf(group: PhotoGroup): PhotoId[] {
    return group.photoIds.filter((photoId) => !this.leftOut.has(photoId) && !this.seen.isBroken(photoId))
  }

  /** How many more could not be opened. */
  brokenOf(group: PhotoGroup): number {
    return group.photoIds.filter((photoId) => !this.leftOut.has(photoId) && this.seen.isBroken(photoId))
      .length
  }

  /** Adds the label to every photo of the group that was not taken out. */
  async confirm(group: PhotoGroup, name: string): Promise<void> {
    const photoIds = this.chosenOf(group)
    const leftOut = this.brokenOf(group)
    if (photoIds.length === 0 || name.trim() === '' || this.unseenOf(group) > 0) return
    const { api } = this.#app
    const done = await this.#app.edit(async () => {
      const confirmed = await api.labels.confirm({ photoIds, name })
      return { confirmed, history: await api.history.state({}) }
    })
    if (done === null) return
    this.#labelled.set(group, { name, atMs: done.history.undo?.atMs ?? -1, isUndone: false })
    new LabelActions(this.#app).announceConfirmed(name, { count: photoIds.length, leftOut }, done.confirmed)
  }

  /** The label that was confirmed here; null where there is none, or where it was undone. */
  labelOf(group: PhotoGroup): string | null {
    const given = this.#labelled.get(group)
    return given === undefined || given.isUndone ? null : given.name
  }

  /** How many photos of the group would be labelled and were never on the screen. */
  unseenOf(group: PhotoGroup): number {
    return this.chosenOf(group).filter((photoId) => !this.seen.has(photoId)).length
  }

  /** What stands in the field of the group. */
  typedFor(group: PhotoGroup): string {
    return this.#typed.get(group) ?? likelyLabel(group.label, group.labelShare, group.nearest)
  }

  type(group: PhotoGroup, name: string): void {
    this.#typed.set(group, name)
  }

  toggle(photoId: PhotoId): void {
    if (!this.leftOut.delete(photoId)) this.leftOut.add(photoId)
  }

  /** Steps are undone from the newest on, and redone from the oldest on until there is a new one. */
  #follow(undoMs: number): void {
    for (const [group, given] of this.#labelled) {
      const { atMs, isUndone } = given
      if (isUndone && atMs < undoMs) this.#labelled.delete(group)
      else this.#labelled.set(group, { ...given, isUndone: atMs > undoMs })
    }
  }

  async #duplicates(taskId: string): Promise<PhotoGroup[]> {
    const found = await this.#app.api.review.nearDuplicates({ minCosine: this.minCosine, taskId })
    return found.map((photos) => ({
      photoIds: photos.map(({ photoId }) => photoId),
      photos: null,
      label: null,
      labelShare: 0,
      nearest: null,
    }))
  }
}

/** The ones of the app: after a group was opened in the library, all of them are still there. */
export const groupsOf = perApp((app) => new Groups(app))
