// What the viewer shows: one photo of the list and everything known about it; and what the user does with its labels.
import { createMutex } from '../../../../electron/common/mutex.ts'
import type { FileId } from '../../../../electron/contract/domain.ts'
import type { PhotoCard } from '../../../../electron/contract/browse.ts'
import type { PhotoDetails, Explanation } from '../../../../electron/contract/photos.ts'
import { pictureUrl } from '../../transport/api.ts'
import { LabelActions } from '../../labels/label-actions.ts'
import { rate } from '../../ratings/rating-actions.ts'
import type { AppState } from '../../state/app.svelte.ts'
import type { RatingChange } from '../../state/rating-text.ts'
import { placed, withPlaces, type PlacedLabel } from './label-places.ts'
import type { ViewedPhotos } from './viewed-photos.ts'

export class ViewerState {
  readonly #app: AppState
  readonly #photos: ViewedPhotos
  readonly #actions: LabelActions
  #details = $state.raw<PhotoDetails | null>(null)
  #explanation = $state.raw<Explanation | null>(null)
  isExplaining = $state(false)
  /** What the heat map is about: a question, or null for the labels. */
  explainedQuestion = $state<string | null>(null)
  /** Of the photo that shows, the names of its labels in the order of their numbers. */
  #places = $state.raw<{ readonly fileId: FileId | null; readonly names: readonly string[] }>({
    fileId: null,
    names: [],
  })
  /** Digits take effect one after the other. */
  readonly #choices = createMutex()

  constructor(app: AppState, photos: ViewedPhotos) {
    this.#app = app
    this.#photos = photos
    this.#actions = new LabelActions(app)
  }

  // Not derived, since answers of the core come also after the viewer was closed.
  get index(): number {
    return this.#photos.viewed ?? 0
  }

  get card(): PhotoCard | undefined {
    return this.#photos.card(this.index)
  }

  get total(): number {
    return this.#photos.total
  }

  /** Null while it is being read, as after a step to the next photo. */
  get details(): PhotoDetails | null {
    return this.#details?.card.fileId === this.card?.fileId ? this.#details : null
  }

  /** A model has to see the photo for that. */
  get canExplain(): boolean {
    return this.card?.photoId != null && this.card.reason === null
  }

  get explanation(): Explanation | null {
    return this.isExplaining && this.#explanation?.photoId === this.card?.photoId ? this.#explanation : null
  }

  /** What the digits choose among. */
  get labels(): readonly PlacedLabel[] {
    const { fileId, names } = this.#places
    return placed(fileId === this.card?.fileId ? names : [], this.#labelsNow)
  }

  get #labelsNow(): PhotoCard['labels'] {
    return this.details?.card.labels ?? this.card?.labels ?? []
  }

  #notePlaces(fileId: FileId): void {
    const names = this.#places.fileId === fileId ? this.#places.names : []
    this.#places = { fileId, names: withPlaces(names, this.#labelsNow) }
  }

  go(step: number): void {
    const next = this.index + step
    if (next < 0 || next >= this.total) return
    this.#photos.goTo(next)
  }

  async load(fileId: FileId): Promise<void> {
    if (this.card?.fileId === fileId) this.#notePlaces(fileId)
    const details = await this.#app.attempt(() => this.#app.api.photos.details({ fileId }))
    if (details === null || this.card?.fileId !== fileId) return
    this.#details = details
    this.#notePlaces(fileId)
  }

  /** Has the pictures of the neighbours made before they are asked for. */
  preloadNeighbours(): void {
    for (const step of [1, -1]) {
      const photoId = this.#photos.card(this.index + step)?.photoId
      if (photoId != null) new Image().src = pictureUrl(photoId, 'screen')
    }
  }

  async accept(): Promise<void> {
    if (this.card?.photoId == null) return
    await this.#actions.reviewTop([this.card.photoId], 'confirmed')
    await this.reload()
  }

  async reject(): Promise<void> {
    if (this.card?.photoId == null) return
    await this.#actions.reviewTop([this.card.photoId], 'rejected')
    await this.reload()
  }

  async apply(
    action: 'confirm' | 'reject' | 'clear',
    name: string,
    photoId = this.card?.photoId ?? null,
  ): Promise<void> {
    if (photoId === null) return
    await this.#actions[action]([photoId], name)
    await this.reload()
  }

  async rate(change: RatingChange): Promise<void> {
    const photoId = this.card?.photoId
    if (photoId == null) return
    await rate(this.#app, [photoId], change)
    await this.reload()
  }

  /** Puts the label in the place of all others. */
  async replace(name: string): Promise<void> {
    const photoId = this.card?.photoId
    if (photoId == null) return
    await this.#actions.confirm([photoId], name, { isOnly: true })
    await this.reload()
  }

  /** A digit confirms the label with this number, or clears it where it is confirmed once the digits before have taken effect. */
  applyChoice(number: number): void {
    const label = this.labels.find((one) => one.number === number)?.label
    const photoId = this.card?.photoId ?? null
    if (label === undefined) return
    void this.#choices.run(() => {
      const now =
        this.card?.photoId === photoId ? this.#labelsNow.find(({ name }) => name === label.name) : label
      return this.apply(now?.state === 'confirmed' ? 'clear' : 'confirm', label.name, photoId)
    })
  }

  toggleExplanation(): Promise<void> {
    return this.#toggle(null)
  }

  /** Where the model looked for the question. */
  toggleQuestion(question: string): Promise<void> {
    return this.#toggle(question)
  }

  async #toggle(question: string | null): Promise<void> {
    if (!this.canExplain) return
    this.isExplaining = !this.isExplaining || this.explainedQuestion !== question
    if (this.explainedQuestion !== question) this.#explanation = null
    this.explainedQuestion = question
    if (this.isExplaining) await this.explain()
  }

  async explain(): Promise<void> {
    const photoId = this.card?.photoId
    const question = this.explainedQuestion
    if (!this.isExplaining || photoId == null || !this.canExplain || this.#explanation?.photoId === photoId)
      return
    const { photos, questions } = this.#app.api
    // The user may be at another photo or question by now, whose answer has come already.
    const isAsked = () => this.card?.photoId === photoId && this.explainedQuestion === question
    try {
      const explanation = await (question === null
        ? photos.explain({ photoId })
        : questions.explain({ photoId, question }))
      if (isAsked()) this.#explanation = explanation
    } catch (error) {
      if (!isAsked()) return
      this.isExplaining = false
      this.#app.toasts.error(error)
    }
  }

  /** Reads again what is known of the photo. */
  async reload(): Promise<void> {
    if (this.card !== undefined) await this.load(this.card.fileId)
  }
}
