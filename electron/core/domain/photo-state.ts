// The state of a photo: each file has exactly one.
import { msg } from '../../texts/message.ts'
import { z } from 'zod'
import type { PhotoState } from '../../contract/browse.ts'
import { Message } from '../../contract/message.ts'

/** Why a file holds no readable photo: `skipped` is not a photo format that we read, `failed` should have been one. */
export const FileProblem = z.object({ kind: z.enum(['skipped', 'failed']), reason: Message })
export type FileProblem = z.infer<typeof FileProblem>

/** What is known of the photo in a file, whichever way it was found out. */
export interface Standing {
  readonly isConfirmed: boolean
  readonly hasSuggestion: boolean
  readonly isRejected: boolean
  /** No model labelled it, and the last one that tried failed. */
  readonly isFailed: boolean
}

/** Returns the state: a problem of the file comes first, then annotations, then predictions. */
export function stateOf(problem: FileProblem['kind'] | null, photo: Standing): PhotoState {
  if (problem !== null) return problem
  if (photo.isConfirmed) return 'confirmed'
  if (photo.hasSuggestion) return 'suggested'
  if (photo.isFailed) return 'failed'
  return photo.isRejected ? 'rejected' : 'unlabelled'
}

/** Why a file of a cloud drive is skipped that is not on this computer: reading it would download it. */
export const notHereReason = msg('It is not on this computer but in a cloud; download it there first.')
