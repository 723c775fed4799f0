// The review that is under way. It is resumed where it was when the user comes back from another screen.
import type { FileId } from '../../../../electron/contract/domain.ts'
import type { LabelRenames } from '../../../../electron/contract/renames.ts'
import { renamedScope } from '../../labels/label-changes.ts'
import type { ReviewRequest } from '../../navigation/navigation.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { FollowedTask } from '../../state/followed-task.svelte.ts'
import { perApp, withEffectRoot } from '../../state/per-app.svelte.ts'
import { ReviewSession } from './review-session.svelte.ts'
import type { ReviewPlan } from './review-orders.ts'

interface LastReview {
  session: ReviewSession | null
  /** What the session was made for. */
  request: ReviewRequest | null
  /** Where the keyboard stood in the library when it was asked for. */
  cursor: FileId | null
  /** The photo at which it was left, where the library goes on there. */
  handedOver: FileId | null
}

const lastReviewOf = perApp((app): LastReview => {
  const last: LastReview = { session: null, request: null, cursor: null, handedOver: null }
  app.renames.subscribe('renamed', (renames) => {
    if (last.request !== null) last.request = renamedRequest(last.request, renames)
    last.session?.describeScope((scope) => renamedScope(scope, renames))
  })
  return last
})

const renamedRequest = (request: ReviewRequest, renames: LabelRenames): ReviewRequest => ({
  ...request,
  scope: renamedScope(request.scope, renames),
})

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
  #request: ReviewRequest
  readonly #cursor: FileId | null
  /** The search for photos. */
  readonly search: FollowedTask
  #stopListening: () => void = () => undefined

  constructor(app: AppState) {
    this.#app = app
    this.search = new FollowedTask(app)
    const request = withoutSingle(app.navigation.reviewRequest)
    this.#request = request
    this.#cursor = request.scope.cursor ?? null
    const { session, request: lastRequest, cursor, handedOver } = lastReviewOf(app)
    // Once the library has shown, the keyboard stands there.
    const before = app.navigation.reviewedFile === null ? (handedOver ?? cursor) : cursor
    const isOfRequest = lastRequest !== null && keyOf(lastRequest) === keyOf(request)
    const isSame = session !== null && isOfRequest && !session.isFinished
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
      this.#app.subscribe('job.changed', ({ state }) => {
        if (state === 'done' && this.session.needsLabelling) this.change({})
      }),
      this.#app.renames.subscribe('renamed', (renames) => {
        this.#request = renamedRequest(this.#request, renames)
        this.session.describeScope((scope) => renamedScope(scope, renames))
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
      request: this.#request,
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
