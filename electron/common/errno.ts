// What the operating system reports of a failed file operation.

/** The code of a failed operation of the system, for example `EACCES`; null for any other error. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** The drive has no room left, or the user's quota on it is used up. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}
