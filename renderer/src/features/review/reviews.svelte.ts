// The review that is under way. It is resumed where it was when the user comes back from another screen.
import type { FileId } from '../../../../electron/contract/domain.ts'
import type { ReviewRequest } from '../../navigation/navigation.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { FollowedTask } from '../../state/followed-task.svelte.ts'
import { perApp, withEffectRoot } from '../../state/per-app.svelte.ts'
import { ReviewSession } from './review-session.svelte.ts'
import type { ReviewPlan } from './review-orders.ts'

interface LastReview {
  session: ReviewSession | null
  /** Of the request that the session was made for. */
  requestKey: string
  /** Where the keyboard stood in the library when it was asked for. */
  cursor: FileId | null
  /** The photo at which it was left, where the library goes on there. */
  handedOver: FileId | null
}

const lastReviewOf = perApp((): LastReview => ({
  ...{ session: null, requestKey: '', cursor: null, handedOver: null },
}))

/** One photo is where the user looks, and nothing to review by itself. */
const withoutSingle = ({ order, scope }: ReviewRequest): ReviewRequest => ({
  order,
  scope: scope.photoIds?.length === 1 ? { ...scope, photoIds: null } : scope,
})

/** The same for requests that mean the same review. */
const keyOf = ({ order, scope: { filter, photoIds, sort } }: ReviewRequest): string =>
  JSON.stringify([filter, photoIds, sort, order])

export class Reviews {
  readonly #app: AppState
  #session: ReviewSession
  readonly #requestKey: string
  readonly #cursor: FileId | null
  /** The search for photos. */
  readonly search: FollowedTask
  #stopListening: () => void = () => undefined

  constructor(app: AppState) {
    this.#app = app
    this.search = new FollowedTask(app)
    const request = withoutSingle(app.navigation.reviewRequest)
    this.#requestKey = keyOf(request)
    this.#cursor = request.scope.cursor ?? null
    const { session, requestKey, cursor, handedOver } = lastReviewOf(app)
    // Once the library has shown, the keyboard stands there.
    const before = app.navigation.reviewedFile === null ? (handedOver ?? cursor) : cursor
    const isSame = session !== null && requestKey === this.#requestKey && !session.isFinished
    // Resumed where it was, unless the user went to another photo in the library since.
    const isResumed = isSame && (before === this.#cursor || session.goToFile(this.#cursor))
    this.#session = $state.raw(isResumed ? session : newSession(app, { ...request, withReviewed: false }))
  }

  get session(): ReviewSession {
    return this.#session
  }

  /** Opens the list, if it is not the one from before, and keeps what shows up to date. */
  start(): void {
    const stops = [
      this.#app.subscribe('library.changed', () => {
        if (this.session.status === 'ready') void this.#app.attempt(() => this.session.refresh())
      }),
      this.search.listen(),
    ]
    this.#stopListening = () => {
      for (const stop of stops) stop()
    }
    if (this.session.status === 'ready') void this.#app.attempt(() => this.session.refresh())
    else this.#open()
  }

  stop(): void {
    this.#stopListening()
    // A search whose result is no longer wanted must not keep the core busy.
    this.search.cancel()
    const { session } = this
    if (session.status !== 'ready') return
    const isLibrary = session.plan.order === 'grid' && session.plan.scope.photoIds === null
    const fileId = isLibrary ? (session.card?.fileId ?? null) : null
    this.#app.navigation.reviewedFile = fileId
    Object.assign(lastReviewOf(this.#app), {
      session,
      requestKey: this.#requestKey,
      cursor: this.#cursor,
      handedOver: fileId,
    })
  }

  /** Makes a new list after another plan. */
  change(change: Partial<ReviewPlan>): void {
    this.search.cancel()
    this.#session = newSession(this.#app, { ...this.session.plan, ...change })
    this.#open()
  }

  /** All photos of the filter instead of the selected ones. */
  dropSelection(): void {
    this.change({ scope: { ...this.session.plan.scope, photoIds: null } })
  }

  #open(): void {
    const taskId = this.search.begin()
    void this.session.open(taskId).finally(() => {
      this.search.end(taskId)
    })
  }
}

/** A session outlives the screen. */
const newSession = (app: AppState, plan: ReviewPlan): ReviewSession =>
  withEffectRoot(() => new ReviewSession(app, plan))
