// What the viewer shows: one photo of the list, everything known about it, and what a person says of it.
import type { FileId, PhotoCard, PhotoDetails } from '../../../../electron/contract/browse.ts'
import type { Label } from '../../../../electron/contract/domain.ts'
import type { Explanation } from '../../../../electron/contract/learning.ts'
import { pictureUrl } from '../../api.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { LabelActions } from '../library/label-actions.ts'
import type { Library } from '../library/library.svelte.ts'

export class ViewerState {
  readonly #app: AppState
  readonly #library: Library
  readonly #actions: LabelActions
  #details = $state.raw<PhotoDetails | null>(null)
  #explanation = $state.raw<Explanation | null>(null)
  isExplaining = $state(false)
  /** What digits have begun. */
  #said: Promise<unknown> = Promise.resolve()

  constructor(app: AppState, library: Library) {
    this.#app = app
    this.#library = library
    this.#actions = new LabelActions(app)
  }

  // Not derived, since answers of the core come also after the viewer was closed.
  get index(): number {
    return this.#library.viewed ?? 0
  }

  get card(): PhotoCard | undefined {
    return this.#library.card(this.index)
  }

  get total(): number {
    return this.#library.list?.total ?? 0
  }

  /** Null while it is being read, as after a step to the next photo. */
  get details(): PhotoDetails | null {
    return this.#details?.card.fileId === this.card?.fileId ? this.#details : null
  }

  get explanation(): Explanation | null {
    return this.isExplaining && this.#explanation?.photoId === this.card?.photoId ? this.#explanation : null
  }

  /** What the digits choose among. */
  get labels(): readonly Label[] {
    return this.details?.card.labels ?? this.card?.labels ?? []
  }

  go(step: number): void {
    const next = this.index + step
    if (next < 0 || next >= this.total) return
    this.#library.viewed = next
    this.#library.list?.pages.show(next - 1, next + 2)
  }

  async load(fileId: FileId): Promise<void> {
    const details = await this.#app.attempt(() => this.#app.api.photos.details({ fileId }))
    if (details !== null && this.card?.fileId === fileId) this.#details = details
  }

  /** Has the pictures of the neighbours made before they are asked for. */
  preloadNeighbours(): void {
    for (const step of [1, -1]) {
      const photoId = this.#library.card(this.index + step)?.photoId
      if (photoId != null) new Image().src = pictureUrl(photoId, 'screen')
    }
  }

  async accept(): Promise<void> {
    if (this.card?.photoId == null) return
    await this.#actions.judgeBest([this.card.photoId], 'confirmed')
    await this.reload()
  }

  async reject(): Promise<void> {
    if (this.card?.photoId == null) return
    await this.#actions.judgeBest([this.card.photoId], 'rejected')
    await this.reload()
  }

  async say(
    state: 'confirm' | 'reject' | 'clear',
    name: string,
    photoId = this.card?.photoId ?? null,
  ): Promise<void> {
    if (photoId === null) return
    await this.#actions[state]([photoId], name)
    await this.reload()
  }

  /** A digit confirms the label with this number, or takes that back; what the digit before has done counts. */
  sayNumber(number: number): void {
    const label = this.labels[number - 1]
    const photoId = this.card?.photoId ?? null
    if (label === undefined) return
    this.#said = this.#said.then(() => {
      const now = this.card?.photoId === photoId ? this.labels.find(({ name }) => name === label.name) : label
      return this.say(now?.state === 'confirmed' ? 'clear' : 'confirm', label.name, photoId)
    })
  }

  async toggleExplanation(): Promise<void> {
    this.isExplaining = !this.isExplaining
    if (this.isExplaining) await this.explain()
  }

  async explain(): Promise<void> {
    const photoId = this.card?.photoId
    if (!this.isExplaining || photoId == null || this.#explanation?.photoId === photoId) return
    const explanation = await this.#app.attempt(() => this.#app.api.photos.explain({ photoId }))
    // The person may be at another photo by now, of which the core has spoken already.
    if (this.card?.photoId !== photoId) return
    if (explanation === null) this.isExplaining = false
    else this.#explanation = explanation
  }

  /** Reads again what is known of the photo. */
  async reload(): Promise<void> {
    if (this.card !== undefined) await this.load(this.card.fileId)
  }
}
