// A review: the user's place in the list, what the keys do to the photo, and the progress.
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { FileId, PhotoId } from '../../../../electron/contract/domain.ts'
import { t } from '../../i18n/i18n.svelte.ts'
import { isSameLabel, labelText } from '../../i18n/label-texts.svelte.ts'
import { messageOf, type Message } from '../../../../electron/texts/message.ts'
import type { PhotoScope } from '../../navigation/photo-scope.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { ApiError } from '../../transport/api.ts'
import { assignDigits, labelOfDigit } from './digits.ts'
import { labelRows, noOrder, splitRows, type RowOrder } from './label-rows.ts'
import { etaMs, newPace, paced } from './pace.ts'
import { ReviewList } from './review-list.svelte.ts'
import { planReview, type ReviewPlan } from './review-orders.ts'

/** Labels that have a key because they were used last. */
const mostRecent = 5
/** More than are shown, since some are shown otherwise. */
const asked = 20

export type ReviewStatus = 'loading' | 'ready' | 'failed'

export class ReviewSession {
  readonly #app: AppState
  readonly list: ReviewList
  #plan: ReviewPlan
  status = $state<ReviewStatus>('loading')
  /** Why the list could not be opened. */
  problem = $state.raw<Message | null>(null)
  /** Whether it can be opened once a model has labelled photos. */
  needsLabelling = $state(false)
  /** `list.total` is beyond the last photo: the end. */
  index = $state(0)
  /** The suggestion that the arrows have chosen. */
  chosen = $state(0)
  #isChosen = $state(false)
  #recent = $state.raw<readonly string[]>([])
  #pace = $state.raw(newPace)
  /** Where something is being saved, in the order of the keys. */
  #saving: readonly number[] = []
  /** The indexes that the user has reviewed in this session. */
  readonly #touched = new SvelteSet<number>()
  readonly #orders = new SvelteMap<PhotoId, RowOrder>()
  /** Which photo each step of the history was about, by its time. */
  readonly #steps = new SvelteMap<number, number>()
  #history: { readonly undoMs: number | null; readonly redoMs: number | null } = {
    undoMs: null,
    redoMs: null,
  }
  /** While the photo of the step that was undone or redone last is read again. */
  #following: Promise<unknown> = Promise.resolve()

  constructor(app: AppState, plan: ReviewPlan) {
    this.#app = app
    this.#plan = $state.raw(plan)
    this.list = new ReviewList(app.api)
  }

  get plan(): ReviewPlan {
    return this.#plan
  }

  /** Says otherwise what the photos are; the list stays. */
  describeScope(change: (scope: PhotoScope) => PhotoScope): void {
    this.#plan = { ...this.#plan, scope: change(this.#plan.scope) }
  }

  readonly card = $derived.by(() => this.list.card(this.index))
  readonly isFinished = $derived.by(() => this.status === 'ready' && this.index >= this.list.total)
  readonly labelIssue = $derived.by(() => {
    const photoId = this.card?.photoId ?? null
    return photoId === null ? null : this.list.labelIssue(photoId)
  })
  readonly #order = $derived.by(() => {
    const photoId = this.card?.photoId ?? null
    return photoId === null ? noOrder : (this.#orders.get(photoId) ?? noOrder)
  })
  readonly #all = $derived.by(() => labelRows(this.card?.labels ?? [], this.#order.names, this.labelIssue))
  readonly #parts = $derived.by(() => splitRows(this.#all, this.#order))
  /** The labels that the photo has of the user. */
  readonly own = $derived.by(() => this.#parts.own)
  /** What is suggested beside them, also where the user has decided on it meanwhile. */
  readonly rows = $derived.by(() => this.#parts.suggested)
  /** The labels that the user confirmed last and that are not shown otherwise. */
  readonly recent = $derived.by(() => {
    const shown = [...this.#all.map(({ name }) => name), ...this.#app.settings.pinnedLabels]
    return this.#recent
      .filter((name) => !shown.some((other) => isSameLabel(other, name)))
      .slice(0, mostRecent)
  })
  /** What Enter does now. */
  readonly enter = $derived.by((): 'keep' | 'next' | 'accept' => {
    if (this.#isChosen) return 'accept'
    const isGiven = (name: string) => this.#all.some((row) => row.name === name && row.state === 'confirmed')
    if (this.labelIssue !== null && isGiven(this.labelIssue.given)) return 'keep'
    return this.#all.some(({ state }) => state === 'confirmed') ? 'next' : 'accept'
  })
  readonly digits = $derived.by(() =>
    assignDigits(
      this.rows.map(({ name }) => name),
      this.#app.settings.pinnedLabels.map(
        (pin) => this.#all.find(({ name }) => isSameLabel(name, pin))?.name ?? pin,
      ),
    ),
  )
  readonly confirmed = $derived.by(() => this.#countOf('confirmed'))
  readonly rejected = $derived.by(() => this.#countOf('rejected'))
  readonly etaMs = $derived.by(() => etaMs(this.#pace, this.list.total - this.index))

  #countOf(state: 'confirmed' | 'rejected'): number {
    return [...this.#touched].filter((index) => this.list.card(index)?.state === state).length
  }

  get isOnPhoto(): boolean {
    return this.status === 'ready' && !this.isFinished
  }

  /** Whether a change of this photo is not shown yet. */
  get isSaving(): boolean {
    return this.#saving.includes(this.index)
  }

  /** For keys and buttons, which mean what shows once every change of this photo is saved. */
  whenSaved(act: () => void): void {
    this.#app.edits.whenIdle(() => {
      if (this.isOnPhoto) act()
    }, this.isSaving)
  }

  /** Opens the list; errors show on the screen. */
  async open(taskId: string): Promise<void> {
    try {
      const query = await planReview(this.#app.api, this.plan, this.#app.settings.labelMode, taskId)
      await this.list.open(query)
      await this.#loadRecent()
      this.go(await this.#startIndex())
      this.status = 'ready'
    } catch (error) {
      this.problem = messageOf(error)
      this.needsLabelling = error instanceof ApiError && error.code === 'embeddings-missing'
      this.status = 'failed'
    }
  }

  async #loadRecent(): Promise<void> {
    this.#recent = await this.#app.api.labels.recent({ limit: asked })
  }

  /** Whether the user has decided on the photo at this place in this review. */
  isTouched = (index: number): boolean => this.#touched.has(index)

  /** Goes to this file. Returns whether it is under review. */
  goToFile(fileId: FileId | null): boolean {
    const index = fileId === null ? null : this.list.indexOf(fileId)
    if (index !== null) this.go(index)
    return index !== null
  }

  /** Where the keyboard stood in the library, or where that goes on; at the start of photos that were chosen or ranked. */
  async #startIndex(): Promise<number> {
    const { order, scope } = this.plan
    const { cursor = null, filter, photoIds, sort = { by: 'name' } } = scope
    if (cursor === null || photoIds !== null || order !== 'grid') return 0
    return this.list.indexOf(cursor) ?? (await this.list.indexAfter(cursor, filter, sort))
  }

  /** Shows the photo at this place; beyond the last one is the end. */
  go(index: number): void {
    const before = this.index
    this.index = Math.min(Math.max(0, index), this.list.total)
    // What the user said of it before is among their labels now.
    if (this.index !== before) this.#forgetOrder()
    this.chosen = 0
    this.#isChosen = false
    this.#keepOrder()
    void this.#app.attempt(async () => {
      await this.list.load(this.index)
      this.#keepOrder()
    })
  }

  next = (): void => this.go(this.index + 1)
  previous = (): void => this.go(this.index - 1)

  /** After the last one it goes on with those that were left out before; where there is none, the end shows. */
  async nextOpen(): Promise<void> {
    const { index, list } = this
    // What is being saved is no longer open.
    await this.#app.edits.settled()
    const found = await this.#app.attempt(async () => {
      const next = (await list.nextOpen(index + 1)) ?? (await list.nextOpen(0))
      return next === null || next === index ? list.total : next
    })
    // The user stays where they have moved meanwhile, and where the call failed.
    if (found !== null && this.index === index) this.go(found)
  }

  /** Chooses another suggestion for Enter and X. */
  choose(step: 1 | -1): void {
    this.chosen = Math.min(Math.max(0, this.chosen + step), Math.max(0, this.rows.length - 1))
    this.#isChosen = true
  }

  /** Enter: the chosen suggestion is right, or the user's own label is. Where labels are there already, they are enough. */
  accept(): void {
    const { enter, labelIssue } = this
    const row = this.rows[this.chosen]
    if (enter === 'keep' && labelIssue !== null) this.#keep(labelIssue.given)
    if (enter !== 'accept' || row === undefined) {
      if (this.#all.some(({ state }) => state === 'confirmed')) this.next()
      return
    }
    this.#confirm(row.name)
    this.#advance()
  }

  /** The label that looks wrong is right, and will not be asked about again. */
  #keep(name: string): void {
    this.#review(async (photoIds) => {
      for (const photoId of photoIds) await this.#app.api.review.keep({ photoId, name })
      this.#app.announceStep(() => t('review.kept', { name: labelText(name) }))
    })
  }

  /** A digit, a click or the finder: this label. With several labels a photo it is switched on and off. */
  toggle(name: string): void {
    // Not loaded yet: a key cannot mean a photo that does not show.
    if (this.card === null) return
    const isOn = this.#all.some((row) => row.name === name && row.state === 'confirmed')
    if (this.#isMulti && isOn) this.#review((photoIds) => this.#app.api.labels.clear({ photoIds, name }))
    else this.#confirm(name)
    if (!this.#isMulti) this.#advance()
  }

  /** One of the labels that were used last, counted from 1. */
  pressRecent(number: number): void {
    const name = this.recent[number - 1]
    if (name !== undefined) this.toggle(name)
  }

  pressDigit(digit: number): void {
    const name = labelOfDigit(this.digits, digit)
    if (name !== null) this.toggle(name)
  }

  /** X: the label is wrong, or none of the suggestions is right; or only the one that the arrows have chosen. */
  reject(): void {
    if (this.card === null) return
    const chosen = this.#isChosen ? this.rows[this.chosen] : undefined
    const given = this.#all.find(({ state }) => state === 'confirmed')
    const row = chosen ?? given
    if (row !== undefined)
      this.#review((photoIds) => this.#app.api.labels.reject({ photoIds, name: row.name }))
    else if (this.#all.some(({ state }) => state === 'suggested'))
      this.#review((photoIds) => this.#app.api.labels.rejectAll({ photoIds }))
    const isOpen = this.#all.some((other) => other !== row && other.state === 'suggested')
    if (chosen === undefined || !isOpen) this.#advance()
  }

  /** Backspace: clears every label of this photo that the user confirmed or rejected. */
  clear(): void {
    this.#review((photoIds) => this.#app.api.labels.clearAll({ photoIds }))
  }

  /** Reads again what may have changed behind the screen. */
  readonly refresh = (): Promise<void> => this.list.refresh(this.index)

  /**
   * `undoMs` and `redoMs` are the times of the steps that come next. Shows the photo of the step that has moved; done
   * when that is as it is now.
   */
  followHistory(undoMs: number | null, redoMs: number | null): Promise<unknown> {
    const before = this.#history
    this.#history = { undoMs, redoMs }
    const isUndone = redoMs !== null && redoMs === before.undoMs
    const isRedone = undoMs !== null && undoMs === before.redoMs
    const moved = isUndone ? redoMs : isRedone ? undoMs : null
    const index = moved === null ? undefined : this.#steps.get(moved)
    if (index === undefined) return this.#following
    const isTouchedBefore = [...this.#steps].some(([atMs, at]) => at === index && atMs < (moved ?? 0))
    if (isUndone && !isTouchedBefore) this.#touched.delete(index)
    else this.#touched.add(index)
    const isOther = index !== this.index
    this.go(index)
    this.#following = this.#app.attempt(async () => {
      await this.list.refreshOne(index)
      if (!isOther || index !== this.index) return
      // What was taken back is a suggestion again.
      this.#forgetOrder()
      this.#keepOrder()
    })
    return this.#following
  }

  get #isMulti(): boolean {
    return this.#app.settings.labelMode === 'multi'
  }

  #advance(): void {
    if (this.#app.settings.isAutoAdvance) this.next()
  }

  #confirm(name: string): void {
    const isOnly = !this.#isMulti
    this.#review((photoIds) => this.#app.api.labels.confirm({ photoIds, name, isOnly }))
  }

  /** Saves in the order of the keys, while the user is at the next photo already. */
  #review(call: (photoIds: PhotoId[]) => Promise<unknown>): void {
    const { index } = this
    const photoId = this.card?.photoId ?? null
    if (photoId === null) return
    this.#pace = paced(this.#pace, Date.now())
    this.#touched.add(index)
    this.#saving = [...this.#saving, index]
    void this.#app.edits.run(() => this.#save(index, () => call([photoId])))
  }

  async #save(index: number, call: () => Promise<unknown>): Promise<void> {
    const isSaved = await this.#app.attempt(async () => {
      const before = await this.#app.api.history.state({})
      await call()
      const { undo } = await this.#app.api.history.state({})
      // What changes nothing is no step.
      if (undo !== null && undo.atMs !== before.undo?.atMs) this.#steps.set(undo.atMs, index)
      await Promise.all([this.list.refreshOne(index), this.#loadRecent()])
      return true
    })
    this.#saving = this.#saving.slice(1)
    // What is not saved is shown again, so that nothing is missed.
    if (isSaved === null) this.go(index)
    else if (index === this.index) this.#keepOrder()
  }

  #forgetOrder(): void {
    const photoId = this.card?.photoId ?? null
    if (photoId !== null) this.#orders.delete(photoId)
  }

  /** The labels keep their places while the photo shows. */
  #keepOrder(): void {
    const photoId = this.card?.photoId ?? null
    if (photoId === null) return
    const names = this.#all.map(({ name }) => name)
    const own = this.own.map(({ name }) => name)
    this.#orders.set(photoId, { names, own })
  }
}
