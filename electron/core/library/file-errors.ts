// What the file system reports, in words for people.

/** The code of a failed file operation, for example `EACCES`; null for any other error. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

export function isGone(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** Why `path` could not be read and what to do, as a sentence. An error that is not of the file system is thrown on. */
export function explainReadError(error: unknown, path: string): string {
  const code = errorCode(error)
  if (code === null) throw error
  // Node puts U+FFFD where a name on disk is no Unicode; under that spelling nothing can be opened.
  if (path.includes('\uFFFD')) return 'Its name is not valid text; rename it.'
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'Reading it is not allowed; change its permissions.'
    case 'ENOENT':
    case 'ENOTDIR':
      return 'It is not there any more, or is a link that leads nowhere.'
    case 'ELOOP':
      return 'It is a link that leads to itself; remove it.'
    case 'ENAMETOOLONG':
      return 'Its path is too long; move it up or shorten the names.'
    case 'EBUSY':
      return 'Another program is using it; close that program.'
    case 'EMFILE':
    case 'ENFILE':
      return 'Too many files are open on this computer; close other programs.'
    default:
      return `The drive reported an error (${code}); check that it is connected and healthy.`
  }
}
