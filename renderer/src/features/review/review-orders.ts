// The orders of a review, and what the core is asked for each.
import type { PhotoFilter } from '../../../../electron/contract/browse.ts'
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { Api } from '../../transport/api.ts'
import type { ReviewOrder, ReviewRequest } from '../../navigation/navigation.svelte.ts'
import type { PhotoScope } from '../../navigation/photo-scope.ts'
import { openStates, type ReviewQuery } from './review-list.svelte.ts'

export const reviewOrders: readonly ReviewOrder[] = [
  'grid',
  'uncertainty',
  'useful',
  'label-issues',
  'changed',
]

export interface ReviewPlan extends ReviewRequest {
  /** Also photos that the user has reviewed already. */
  readonly withReviewed: boolean
}

/** The queue and the label issues are made anew each time; more than a sitting needs is of no use. */
const mostQueued = 500

/** Asks the core for what the plan needs. A search named `taskId` can be cancelled. */
export async function planReview(
  api: Api,
  plan: ReviewPlan,
  mode: 'single' | 'multi',
  taskId: string,
): Promise<ReviewQuery> {
  const { order, scope } = plan
  if (order === 'useful') {
    const queued = await api.review.queue({ limit: mostQueued })
    const filter = { ...filterOf(plan), photoIds: intersect(scope, queued) }
    return { filter, sort: { by: 'given' }, labelIssues: [] }
  }
  if (order === 'label-issues') {
    const labelIssues = await api.review.labelIssues({ limit: mostQueued, mode, taskId })
    // They are labelled already, whatever states the library shows.
    const filter = { ...scope.filter, states: [], photoIds: intersect(scope, labelIssues) }
    return { filter, sort: { by: 'given' }, labelIssues }
  }
  if (order === 'changed') {
    // They are labelled already.
    const filter = { ...filterOf({ ...plan, withReviewed: true }), isChanged: true }
    return { filter, sort: { by: scope.photoIds === null ? 'name' : 'given' }, labelIssues: [] }
  }
  const asInGrid = scope.sort ?? { by: scope.photoIds === null ? 'name' : 'given' }
  return { filter: filterOf(plan), sort: order === 'grid' ? asInGrid : { by: order }, labelIssues: [] }
}

/** The photos of the scope; where none are named and no state is asked for, those that wait for the user. */
export function filterOf({ scope, withReviewed }: ReviewPlan): Partial<PhotoFilter> {
  const { filter, photoIds } = scope
  const isOpen = photoIds === null && !withReviewed && (filter.states ?? []).length === 0
  return {
    ...filter,
    ...(photoIds === null ? {} : { photoIds: [...photoIds] }),
    ...(isOpen ? { states: openStates } : {}),
  }
}

/** Those that the scope names, in the order of the list. */
function intersect(
  { photoIds, filter }: PhotoScope,
  listed: readonly { readonly photoId: PhotoId }[],
): PhotoId[] {
  const named = photoIds ?? filter.photoIds ?? null
  const wanted = named === null ? null : new Set(named)
  return listed.map(({ photoId }) => photoId).filter((id) => wanted?.has(id) ?? true)
}
