// The orders of a review, and what the core is asked for each.
import type { PhotoFilter } from '../../../../electron/contract/browse.ts'
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { Api } from '../../api.ts'
import type { PhotoChoice, ReviewOrder } from '../../state/app.svelte.ts'
import { openStates, type ReviewQuery } from './review-list.svelte.ts'

export const reviewOrders: readonly ReviewOrder[] = ['grid', 'uncertainty', 'useful', 'suspects']

export interface ReviewPlan {
  readonly order: ReviewOrder
  readonly choice: PhotoChoice
  /** Also photos that a person has judged already. */
  readonly withJudged: boolean
}

/** The queue and the suspects are made anew each time; more than a sitting needs is of no use. */
const mostQueued = 500

/** Asks the core for what the plan needs. A search named `taskId` can be cancelled. */
export async function planReview(
  api: Api,
  plan: ReviewPlan,
  mode: 'single' | 'multi',
  taskId: string,
): Promise<ReviewQuery> {
  const { order, choice } = plan
  if (order === 'useful') {
    const queued = await api.review.queue({ limit: mostQueued })
    const filter = { ...filterOf(plan), photoIds: within(choice, queued) }
    return { filter, sort: { by: 'given' }, suspects: [] }
  }
  if (order === 'suspects') {
    const suspects = await api.review.suspects({ limit: mostQueued, mode, taskId })
    return { filter: { photoIds: within(choice, suspects) }, sort: { by: 'given' }, suspects }
  }
  const asInGrid = choice.sort ?? { by: choice.photoIds === null ? 'name' : 'given' }
  return { filter: filterOf(plan), sort: order === 'grid' ? asInGrid : { by: order }, suspects: [] }
}

/** The photos of the choice; where none are named and no state is asked for, those that wait for a person. */
export function filterOf({ choice, withJudged }: ReviewPlan): Partial<PhotoFilter> {
  const { filter, photoIds } = choice
  const isOpen = photoIds === null && !withJudged && (filter.states ?? []).length === 0
  return {
    ...filter,
    ...(photoIds === null ? {} : { photoIds: [...photoIds] }),
    ...(isOpen ? { states: openStates } : {}),
  }
}

/** Those that the choice names, in the order of the list. */
function within({ photoIds }: PhotoChoice, listed: readonly { readonly photoId: PhotoId }[]): PhotoId[] {
  const wanted = photoIds === null ? null : new Set(photoIds)
  return listed.map(({ photoId }) => photoId).filter((id) => wanted?.has(id) ?? true)
}
