// How a file stands: exactly one state each.
import type { PhotoState } from '../../contract/browse.ts'
import type { FileProblem } from '../store/files.ts'

/** What is known of the photo in a file, whichever way it was found out. */
export interface Standing {
  readonly isConfirmed: boolean
  readonly hasSuggestion: boolean
  readonly isRejected: boolean
  /** No model could label it, and the last one that tried failed. */
  readonly isFailed: boolean
}

/** What is wrong with the file now comes first; then what a person said, then what models said. */
export function stateOf(problem: FileProblem['kind'] | null, photo: Standing): PhotoState {
  if (problem !== null) return problem
  if (photo.isConfirmed) return 'confirmed'
  if (photo.hasSuggestion) return 'suggested'
  if (photo.isFailed) return 'failed'
  return photo.isRejected ? 'rejected' : 'unlabelled'
}
