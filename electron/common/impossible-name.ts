// Names that no file can have: the file system, or Node before it, refuses them wherever they come up.
import { msg, type Message } from '../texts/message.ts'
import { errorCode } from './errno.ts'

/** Says what is wrong with the name for which an operation failed; null where it failed for another reason. */
export function explainImpossibleName(error: unknown): Message | null {
  const code = errorCode(error)
  if (code === 'ERR_INVALID_ARG_VALUE' && error instanceof Error && error.message.includes('null bytes'))
    return msg('A path holds the character NUL, which no name of a file has. Correct the path.')
  if (code !== 'ENAMETOOLONG') return null
  const { path = '' } = error as { path?: string }
  return msg('A name in {{path}} is longer than its drive allows. Choose a shorter one.', { path })
}
