// The review that is under way. It goes on where it was when the person comes back from another screen.
import type { AppState, PhotoChoice } from '../../state/app.svelte.ts'
import { lasting } from '../../state/lasting.svelte.ts'
import { ReviewSession } from './review-session.svelte.ts'
import type { ReviewPlan } from './review-orders.ts'

interface Kept {
  readonly session: ReviewSession
  readonly chosenAs: string
}

const kept = new WeakMap<AppState, Kept>()

/** One selected photo is where a person looked last, and nothing to review by itself. */
const choiceOf = ({ choice }: AppState): PhotoChoice =>
  choice.photoIds?.length === 1 ? { ...choice, photoIds: null } : choice

const wordsOf = (app: AppState): string => {
  const { filter, photoIds, sort } = choiceOf(app)
  return JSON.stringify([filter, photoIds, sort, app.reviewOrder])
}

export class Reviews {
  readonly #app: AppState
  #session: ReviewSession
  #chosenAs: string
  #taskId: string | null = null
  #stopListening: () => void = () => undefined

  constructor(app: AppState) {
    this.#app = app
    const before = kept.get(app)
    this.#chosenAs = wordsOf(app)
    const goesOn = before?.chosenAs === this.#chosenAs && !before.session.isFinished
    this.#session = $state.raw(
      goesOn
        ? before.session
        : newSession(app, { order: app.reviewOrder, choice: choiceOf(app), withJudged: false }),
    )
  }

  get session(): ReviewSession {
    return this.#session
  }

  /** Opens the list, if it is not the one from before, and keeps what shows up to date. */
  start(): void {
    this.#stopListening = this.#app.subscribe('library.changed', () => {
      if (this.session.status === 'ready') void this.#app.attempt(() => this.session.refresh())
    })
    if (this.session.status === 'ready') void this.#app.attempt(() => this.session.refresh())
    else this.#open()
  }

  stop(): void {
    this.#stopListening()
    this.#cancelSearch()
    if (this.session.status === 'ready')
      kept.set(this.#app, { session: this.session, chosenAs: this.#chosenAs })
  }

  /** Makes a new list after another plan. */
  change(change: Partial<ReviewPlan>): void {
    this.#cancelSearch()
    this.#session = newSession(this.#app, { ...this.session.plan, ...change })
    this.#open()
  }

  /** All photos of the filter instead of the selected ones. */
  dropSelection(): void {
    this.change({ choice: { ...this.session.plan.choice, photoIds: null } })
  }

  #open(): void {
    const taskId = crypto.randomUUID()
    this.#taskId = taskId
    void this.session.open(taskId).finally(() => {
      if (this.#taskId === taskId) this.#taskId = null
    })
  }

  /** A search that nobody waits for any more shall not keep the core busy. */
  #cancelSearch(): void {
    const taskId = this.#taskId
    this.#taskId = null
    if (taskId !== null) void this.#app.attempt(() => this.#app.api.learning.cancel({ taskId }))
  }
}

/** A session outlives the screen. */
const newSession = (app: AppState, plan: ReviewPlan): ReviewSession =>
  lasting(() => new ReviewSession(app, plan))
